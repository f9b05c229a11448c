import { buildImage, type BuiltImage, type FileSpec } from '../../test/make/image-builder.ts';
import { writeElf } from '../../test/make/elf-writer.ts';
import { zipArchive } from '../../test/make/zip-archive.ts';

/**
 * A small web shop as people build them: on a Debian that has not been rebuilt for a while, with old libraries, run as
 * root, with a key that was copied in and deleted again. Made by the project's own builder, so that `npm start` has an
 * image wherever it runs; the same bytes every time.
 */

const baseLayer = {
  instruction: 'ADD rootfs.tar.xz /',
  files: {
    '/etc/os-release':
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n',
    '/etc/debian_version': '12.5\n',
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nwww-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n',
    '/etc/shadow': 'root:*:19700:0:99999:7:::\nwww-data:*:19700:0:99999:7:::\n',
    '/var/lib/dpkg/status': [
      installed('base-files', '12.4+deb12u5', 'base-files'),
      installed('libssl3', '3.0.11-1~deb12u2', 'openssl'),
      installed('openssl', '3.0.11-1~deb12u2', 'openssl'),
      installed('libnghttp2-14', '1.52.0-1', 'nghttp2'),
      installed('dash', '0.5.12-2', 'dash'),
    ].join('\n'),
    '/usr/bin/dash': program(),
    '/bin/sh': { type: 'symlink', link: '/usr/bin/dash' },
    '/usr/bin/openssl': program(),
  } satisfies Record<string, FileSpec>,
};

/** The base alone, for `--base`. */
export function demoBase(): BuiltImage {
  return buildImage({ layers: [baseLayer], config: { Cmd: ['/bin/sh'] }, created: '2024-02-13T00:00:00Z' });
}

/** The shop. */
export function demoImage(): BuiltImage {
  return buildImage({
    layers: [
      baseLayer,
      {
        instruction: 'COPY node_modules /srv/cart/node_modules',
        files: {
          ...npmPackage('lodash', '4.17.20'),
          ...npmPackage('minimist', '1.2.0'),
          ...npmPackage('express', '4.19.2'),
        },
      },
      {
        instruction: 'RUN pip install --no-cache-dir -r requirements.txt',
        files: {
          ...pythonPackage('PyYAML', '5.3.1'),
          ...pythonPackage('Jinja2', '3.1.2'),
          ...pythonPackage('MarkupSafe', '2.1.3'),
        },
      },
      {
        instruction: 'COPY search/lib /srv/search/lib',
        files: { '/srv/search/lib/log4j-core-2.14.1.jar': jar('org.apache.logging.log4j', 'log4j-core', '2.14.1') },
      },
      {
        instruction: 'COPY . /srv/cart',
        files: {
          '/srv/cart/server.js': { content: "#!/usr/bin/env node\nrequire('express')().listen(8080);\n", mode: 0o755 },
          '/srv/cart/package.json': JSON.stringify({ name: 'cart', version: '1.8.2' }),
          // Put together here, so that no scanner of this repository takes it for a real one.
          '/srv/cart/.env': `AWS_ACCESS_KEY_ID=${['AKIA', 'Q3EG', 'TY7H', 'XW5K', 'LM2P'].join('')}\nPORT=8080\n`,
        },
      },
      { instruction: 'RUN rm /srv/cart/.env', files: { '/srv/cart/.wh..env': '' } },
    ],
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'NODE_ENV=production'],
      Entrypoint: ['/srv/cart/server.js'],
      ExposedPorts: { '8080/tcp': {} },
      WorkingDir: '/srv/cart',
      Labels: { 'org.opencontainers.image.source': 'https://git.example.com/shop/cart' },
    },
    created: '2026-03-01T12:00:00Z',
  });
}

function installed(name: string, version: string, source: string): string {
  const sourceLine = source === name ? '' : `Source: ${source}\n`;
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\n${sourceLine}Version: ${version}\n`;
}

function program(): FileSpec {
  return {
    content: writeElf({
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      dynamic: { needed: ['libc.so.6'] },
      stackFlags: 6,
      relro: true,
    }),
    mode: 0o755,
  };
}

function npmPackage(name: string, version: string): Record<string, FileSpec> {
  return { [`/srv/cart/node_modules/${name}/package.json`]: JSON.stringify({ name, version, license: 'MIT' }) };
}

function pythonPackage(name: string, version: string): Record<string, FileSpec> {
  return {
    [`/usr/lib/python3/site-packages/${name}-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\n`,
  };
}

function jar(group: string, artifact: string, version: string): Uint8Array {
  return zipArchive([
    { name: 'META-INF/MANIFEST.MF', data: `Manifest-Version: 1.0\nImplementation-Version: ${version}\n` },
    {
      name: `META-INF/maven/${group}/${artifact}/pom.properties`,
      data: `groupId=${group}\nartifactId=${artifact}\nversion=${version}\n`,
    },
  ]);
}
