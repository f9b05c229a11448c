import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Build } from './recipe.ts';

interface ApkPackage {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly description: string;
  readonly licence: string;
  /** Folder, file name, and where in the context its bytes are. */
  readonly files: readonly (readonly [folder: string, name: string, source: string])[];
}

/** Versions that Alpine 3.11 shipped early on, so that its advisories apply. */
const packages: readonly ApkPackage[] = [
  {
    name: 'musl',
    version: '1.1.24-r0',
    origin: 'musl',
    description: 'the musl c library (libc) implementation',
    licence: 'MIT',
    files: [['lib', 'libc.musl-x86_64.so.1', 'libc.musl-x86_64.so.1']],
  },
  {
    name: 'busybox',
    version: '1.31.1-r8',
    origin: 'busybox',
    description: 'Size optimized toolbox of many common UNIX utilities',
    licence: 'GPL-2.0-only',
    files: [['bin', 'busybox', 'busybox']],
  },
  {
    name: 'alpine-baselayout',
    version: '3.2.0-r3',
    origin: 'alpine-baselayout',
    description: 'Alpine base dir structure and init scripts',
    licence: 'GPL-2.0-only',
    files: [
      ['etc', 'passwd', 'etc/passwd'],
      ['etc', 'group', 'etc/group'],
    ],
  },
  {
    name: 'libcrypto1.1',
    version: '1.1.1d-r2',
    origin: 'openssl',
    description: 'Crypto library from openssl',
    licence: 'OpenSSL',
    files: [],
  },
  {
    name: 'libssl1.1',
    version: '1.1.1d-r2',
    origin: 'openssl',
    description: 'SSL shared libraries',
    licence: 'OpenSSL',
    files: [],
  },
  {
    name: 'openssl',
    version: '1.1.1d-r2',
    origin: 'openssl',
    description: 'Toolkit for Transport Layer Security (TLS)',
    licence: 'OpenSSL',
    files: [],
  },
  {
    name: 'libcurl',
    version: '7.67.0-r0',
    origin: 'curl',
    description: 'The multiprotocol file transfer library',
    licence: 'MIT',
    files: [],
  },
];

/** Writes lib/apk/db as apk-tools 2 does: one record per package, files below their folders, checksums Q1 + base64. */
export function writeApkDatabase(build: Build): void {
  const records = packages.map((each) => {
    const lines = [
      `C:${checksum(Buffer.from(each.name + each.version))}`,
      `P:${each.name}`,
      `V:${each.version}`,
      'A:x86_64',
      'S:5520',
      'I:8192',
      `T:${each.description}`,
      'U:https://alpinelinux.org/',
      `L:${each.licence}`,
      `o:${each.origin}`,
      'm:Natanael Copa <ncopa@alpinelinux.org>',
      't:1578925218',
      'c:0c3a0cd79d2a9b4b4b6e0a1b5d6a7f8e9d0c1b2a',
      `D:so:libc.musl-x86_64.so.1`,
      `p:cmd:${each.name}`,
    ];
    let folder: string | undefined;
    for (const [directory, name, source] of each.files) {
      if (directory !== folder) lines.push(`F:${directory}`);
      folder = directory;
      lines.push(`R:${name}`, 'a:0:0:755', `Z:${checksum(readFileSync(`${build.folder}/${source}`))}`);
    }
    return `${lines.join('\n')}\n\n`;
  });
  build.write('lib/apk/db/installed', records.join(''));
  build.write('lib/apk/db/triggers', '');
  build.write('lib/apk/db/scripts.tar', Buffer.alloc(1024));
  build.write('lib/apk/db/lock', '');
}

function checksum(bytes: Uint8Array): string {
  return `Q1${createHash('sha1').update(bytes).digest('base64')}`;
}
