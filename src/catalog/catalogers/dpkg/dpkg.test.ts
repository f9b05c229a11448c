import { describe, expect, it } from 'vitest';
import { forBrokenCopies, truncations } from '../../../../test/make/broken-bytes.ts';
import { bytesSource, imagePath } from '../../../model/index.ts';
import type { CatalogResult } from '../../cataloger.ts';
import { dpkg } from './index.ts';

// Paragraphs as dpkg 1.21 on Debian 12 wrote them, shortened; the last two are made up.
const status = `Package: libssl3
Status: install ok installed
Priority: optional
Section: libs
Installed-Size: 6024
Maintainer: Debian OpenSSL Team <pkg-openssl-devel@alioth-lists.debian.net>
Architecture: amd64
Multi-Arch: same
Source: openssl
Version: 3.0.16-1~deb12u1
Depends: libc6 (>= 2.34)
Description: Secure Sockets Layer toolkit - shared libraries
 This package is part of the OpenSSL project's implementation of the SSL
 .
 Version: none
Homepage: https://www.openssl.org/

Package: libgcc-s1
Status: install ok installed
Architecture: amd64
Source: gcc-12 (12.2.0-14+deb12u1)
Version: 12.2.0-14+deb12u1
Conffiles:
 /etc/x 0123

Package: gone
Status: deinstall ok config-files
Architecture: all
Version: 1.0

Package: bash
Essential: yes
Pre-Depends: libc6 (>= 2.36), libtinfo6 (>= 6)
Depends: base-files (>= 2.1.12), debianutils:any (>= 5.6-0.1) | other, libc6
Provides: sh-like (= 1), virtual
Status: hold ok half-configured
Architecture: amd64
Version: 1:5.2.15-2+b8
Source: bash (1:5.2.15-2)

`;

function catalog(path: string, content: string | Uint8Array): CatalogResult {
  const bytes = Buffer.from(content);
  const file = { path: imagePath(path), sizeBytes: bytes.length, mode: 0o644, uid: 0, gid: 0 };
  return dpkg.catalog({ ...file, head: bytes.subarray(0, 512), content: bytesSource(bytes) });
}

const path = '/var/lib/dpkg/status';
const installed = { kind: 'package', path, arch: 'amd64', evidence: 'installed' };

describe('the status file of dpkg', () => {
  it('gives the packages whose files are there, with the sources that advisories speak of', () => {
    expect(catalog(path, status)).toEqual({
      items: [
        {
          ...installed,
          name: 'libssl3',
          version: '3.0.16-1~deb12u1',
          source: { name: 'openssl', version: '3.0.16-1~deb12u1' },
          size: 6024 * 1024,
          depends: ['libc6'],
        },
        {
          ...installed,
          name: 'libgcc-s1',
          version: '12.2.0-14+deb12u1',
          source: { name: 'gcc-12', version: '12.2.0-14+deb12u1' },
        },
        {
          ...installed,
          name: 'bash',
          version: '1:5.2.15-2+b8',
          source: { name: 'bash', version: '1:5.2.15-2' },
          depends: ['libc6', 'libtinfo6', 'base-files', 'debianutils|other'],
          provides: ['sh-like', 'virtual'],
          essential: true,
        },
      ],
      problems: [],
    });
  });

  it('is said to be broken where a package lacks its version, has a state unknown to dpkg, or the file is cut', () => {
    const broken =
      'Package: a\nStatus: install ok installed\n\nPackage: b\nStatus: install ok eaten\nVersion: 1\n\nPackage: c\nVersion: 2';
    expect(catalog(path, broken)).toEqual({
      items: [{ kind: 'package', path, evidence: 'installed', name: 'c', version: '2' }],
      problems: [
        {
          code: 'unreadable-package-database',
          message:
            "the dpkg database can't be read whole: 2 paragraphs without a package's name, version or known state; its last line does not end",
          hides: 'packages',
          path,
          source: 'dpkg',
        },
      ],
    });
  });

  it('is read without an exception where it is cut or changed', () => {
    for (const cut of truncations(Buffer.from(status))) {
      const { items, problems } = catalog(path, cut);
      expect(items.length).toBeLessThanOrEqual(3);
      if (cut.length > 0 && cut[cut.length - 1] !== 10) expect(problems).toHaveLength(1);
    }
    forBrokenCopies(Buffer.from(status), 300, (bytes) => expect(catalog(path, bytes).items.length).toBeLessThan(10));
  });
});

it('reads status.d of distroless images, a package a file, and of the MD5 lists beside only what they own', () => {
  const directory = '/var/lib/dpkg/status.d';
  expect(catalog(`${directory}/tzdata`, 'Package: tzdata\nVersion: 2025b-0+deb12u1\nArchitecture: all')).toEqual({
    items: [{ ...installed, path: `${directory}/tzdata`, name: 'tzdata', version: '2025b-0+deb12u1', arch: 'all' }],
    problems: [],
  });
  const sums =
    'd41d8cd98f00b204e9800998ecf8427e  usr/lib/python3.11/x.dist-info/METADATA\nd41d8cd98f00b204e9800998ecf8427e  usr/bin/python3\nd41d8cd98f00b204e9800998ecf8427e  usr/lib/python3.11/os.py\n';
  expect(catalog(`${directory}/libpython3.11-stdlib.md5sums`, sums)).toEqual({
    items: [
      {
        kind: 'ownership',
        path: `${directory}/libpython3.11-stdlib.md5sums`,
        package: 'libpython3.11-stdlib',
        owned: ['/usr/lib/python3.11/x.dist-info/METADATA', '/usr/bin/python3'],
      },
    ],
    problems: [],
  });
});

it('reads lists of files for libraries and the places in which language packages are recorded', () => {
  const list =
    '/.\n/usr\n/usr/share/java/x.jar\n/usr/share/doc/jar\n/usr/lib/python3/dist-packages/y-1.egg-info\n/usr/lib/METADATA\n';
  expect(catalog('/var/lib/dpkg/info/libx-java:amd64.list', list).items).toEqual([
    {
      kind: 'ownership',
      path: '/var/lib/dpkg/info/libx-java:amd64.list',
      package: 'libx-java',
      owned: ['/usr/share/java/x.jar', '/usr/lib/python3/dist-packages/y-1.egg-info'],
    },
  ]);
  expect(catalog('/var/lib/dpkg/info/libc6:amd64.list', '/usr/lib/libc.txt\n/usr/lib/7.1\n').items).toEqual([]);
  const libraries = '/lib/libc.so.6\n/usr/lib/libc.so\n/usr/lib/libz.so.1.2.13\n/usr/lib/python3/x.cpython-311.so\n';
  expect(catalog('/var/lib/dpkg/info/libc6:amd64.list', libraries).items).toMatchObject([
    { owned: ['/lib/libc.so.6', '/usr/lib/libc.so', '/usr/lib/libz.so.1.2.13', '/usr/lib/python3/x.cpython-311.so'] },
  ]);
  expect(catalog('/var/lib/dpkg/info/libx-java:amd64.md5sums', list).items).toEqual([]);
});
