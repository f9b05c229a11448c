import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';

/**
 * The two images that scans are measured on, made once and kept outside the tree. `app`: a Debian base with Python, npm,
 * Java and Go applications from the registries. `big`: the same with 400,000 small files and large blobs on top. Each as
 * an OCI layout in a tar with gzip layers, as registries deliver them.
 */

export const benchFolder = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
  'plimsoll-test',
  'bench',
);

export type BenchImage = 'app' | 'big';

/** The image's archive; builds it when it is not there. Takes minutes the first time. */
export function benchImage(name: BenchImage): string {
  const target = path.join(benchFolder, `${name}-v2.tar`);
  if (fs.existsSync(target)) return target;
  fs.mkdirSync(benchFolder, { recursive: true });
  const layers = [
    layer('base', makeBase),
    layer('python', makePython),
    layer('node', makeNode),
    layer('java', makeJava),
    layer('go', makeGo),
  ];
  if (name === 'big') layers.push(layer('small-files-v2', makeSmallFiles), layer('blobs', makeBlobs));
  writeArchive(layers, target);
  return target;
}

interface Layer {
  readonly gzip: string;
  readonly diffId: string;
}

/** Makes a layer's tree once and packs it as gzip. */
function layer(name: string, make: (folder: string) => void): Layer {
  const gzip = path.join(benchFolder, `layer-${name}.tar.gz`);
  const diffFile = `${gzip}.diffid`;
  if (!fs.existsSync(diffFile)) {
    process.stderr.write(`making the layer ${name}\n`);
    const work = fs.mkdtempSync(path.join(benchFolder, 'work-'));
    const tar = path.join(benchFolder, `layer-${name}.tar`);
    make(work);
    if (!fs.existsSync(path.join(work, 'layer.tar')))
      execFileSync('tar', [
        '--sort=name',
        '--mtime=@0',
        '--owner=0',
        '--group=0',
        '--numeric-owner',
        '-C',
        path.join(work),
        '-cf',
        tar,
        '.',
      ]);
    else fs.renameSync(path.join(work, 'layer.tar'), tar);
    fs.rmSync(work, { recursive: true, force: true });
    const diffId = execFileSync('sha256sum', [tar], { encoding: 'utf8' }).slice(0, 64);
    execFileSync('gzip', ['-6', '-n', '-f', tar]);
    fs.writeFileSync(diffFile, `sha256:${diffId}`);
  }
  return { gzip, diffId: fs.readFileSync(diffFile, 'utf8') };
}

function makeBase(folder: string): void {
  const include = 'ca-certificates,python3,nodejs,perl,git';
  run('mmdebstrap', [
    '--variant=minbase',
    `--include=${include}`,
    '--format=tar',
    'bookworm',
    path.join(folder, 'layer.tar'),
  ]);
}

function makePython(folder: string): void {
  run('pip', [
    'install',
    '--no-compile',
    '--target',
    path.join(folder, 'srv/python'),
    'django==2.2.0',
    'requests==2.19.1',
    'jinja2==2.10',
    'pyyaml==6.0',
    'numpy==1.26.4',
    'flask==1.0',
    'sqlalchemy==1.3.0',
  ]);
}

function makeNode(folder: string): void {
  const app = path.join(folder, 'srv/node');
  fs.mkdirSync(app, { recursive: true });
  fs.writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'bench-app', version: '1.0.0' }));
  run('npm', [
    'install',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefix',
    app,
    'express@4.16.0',
    'lodash@4.17.4',
    'webpack@4.46.0',
    'react@16.8.0',
    'moment@2.24.0',
    'typescript@4.0.2',
    'eslint@6.8.0',
  ]);
}

function makeJava(folder: string): void {
  const lib = path.join(folder, 'srv/java/lib');
  fs.mkdirSync(lib, { recursive: true });
  const artifacts = [
    'org.apache.logging.log4j:log4j-core:2.14.1',
    'com.fasterxml.jackson.core:jackson-databind:2.9.8',
    'org.springframework:spring-web:5.2.0.RELEASE',
    'com.google.guava:guava:28.0-jre',
    'org.apache.commons:commons-text:1.9',
    'org.hibernate:hibernate-core:5.4.0.Final',
  ];
  for (const artifact of artifacts) {
    run('mvn', ['-q', 'dependency:get', `-Dartifact=${artifact}`, '-Dtransitive=false']);
    const [group, name, version] = artifact.split(':');
    const jar = path.join(
      os.homedir(),
      '.m2/repository',
      group!.replaceAll('.', '/'),
      name!,
      version!,
      `${name}-${version}.jar`,
    );
    fs.copyFileSync(jar, path.join(lib, path.basename(jar)));
  }
}

function makeGo(folder: string): void {
  const work = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-go-'));
  const bin = path.join(folder, 'srv/go');
  fs.mkdirSync(bin, { recursive: true });
  run('go', ['install', 'github.com/google/go-containerregistry/cmd/crane@latest'], {
    GOBIN: bin,
    GOFLAGS: '-mod=mod',
  });
  fs.rmSync(work, { recursive: true, force: true });
}

/** 400,000 files of source code and text, half a kilobyte to eight, in 4,000 directories. */
function makeSmallFiles(folder: string): void {
  const words =
    'const return function import export from value index length string number if else for while class new this null true false'.split(
      ' ',
    );
  let state = 1;
  const next = (below: number): number => (state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff) % below;
  for (let directory = 0; directory < 4000; directory++) {
    const at = path.join(folder, 'srv/small', `m${directory % 64}`, `d${directory}`);
    fs.mkdirSync(at, { recursive: true });
    for (let file = 0; file < 100; file++) {
      // A word that secret scanners stop at in every file, as source code has.
      const lines: string[] = ['// gives the next token of the stream'];
      for (let size = 512 + next(3000); size > 0; size -= 40)
        lines.push(
          `${words[next(words.length)]} ${words[next(words.length)]} = ${words[next(words.length)]}(${next(1e6)});`,
        );
      fs.writeFileSync(
        path.join(at, `f${file}.${['js', 'py', 'txt', 'json', 'html'][file % 5]}`),
        `${lines.join('\n')}\n`,
      );
    }
  }
}

/** 700 MB in blobs that hardly compress, as models and media do. */
function makeBlobs(folder: string): void {
  const at = path.join(folder, 'srv/blobs');
  fs.mkdirSync(at, { recursive: true });
  for (let blob = 0; blob < 7; blob++) {
    const file = fs.openSync(path.join(at, `blob${blob}.bin`), 'w');
    for (let part = 0; part < 100; part++) {
      const key = createHash('sha256').update(`${blob} ${part}`).digest();
      const noise = zlib.deflateRawSync(Buffer.alloc(1 << 20, key));
      const body = Buffer.alloc(1 << 20);
      for (let at2 = 0; at2 < body.length; at2 += 32)
        createHash('sha256').update(key).update(String(at2)).digest().copy(body, at2);
      if (part % 3 === 0) body.fill(noise.subarray(0, 64));
      fs.writeSync(file, body);
    }
    fs.closeSync(file);
  }
}

function writeArchive(layers: readonly Layer[], target: string): void {
  const work = fs.mkdtempSync(path.join(benchFolder, 'oci-'));
  const blobs = path.join(work, 'blobs/sha256');
  fs.mkdirSync(blobs, { recursive: true });
  const put = (bytes: Buffer): { digest: string; size: number } => {
    const hex = createHash('sha256').update(bytes).digest('hex');
    fs.writeFileSync(path.join(blobs, hex), bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const stored = layers.map(({ gzip }) => {
    const hex = execFileSync('sha256sum', [gzip], { encoding: 'utf8' }).slice(0, 64);
    fs.copyFileSync(gzip, path.join(blobs, hex));
    return {
      mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
      digest: `sha256:${hex}`,
      size: fs.statSync(gzip).size,
    };
  });
  const config = put(
    Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        config: { Cmd: ['/bin/sh'] },
        rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      }),
    ),
  );
  const manifest = put(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: stored,
      }),
    ),
  );
  fs.writeFileSync(path.join(work, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  fs.writeFileSync(
    path.join(work, 'index.json'),
    JSON.stringify({
      schemaVersion: 2,
      manifests: [
        {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          ...manifest,
          annotations: { 'org.opencontainers.image.ref.name': 'latest' },
        },
      ],
    }),
  );
  execFileSync('tar', ['-C', work, '-cf', `${target}.tmp`, 'oci-layout', 'index.json', 'blobs']);
  fs.renameSync(`${target}.tmp`, target);
  fs.rmSync(work, { recursive: true, force: true });
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status, error } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...env },
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}
