import { describe, expect, it } from 'vitest';
import { forBrokenCopies, truncations } from '../../../../test/make/broken-bytes.ts';
import { bytesSource, imagePath } from '../../../model/index.ts';
import type { CatalogResult } from '../../cataloger.ts';
import { apk } from './index.ts';

const path = '/lib/apk/db/installed';
const database = `C:Q1KX2+WEBLWPVSpLFEMZuVTRMlXHI=
P:libcrypto3
V:3.3.2-r4
A:x86_64
S:1865023
I:4538368
T:Crypto library from openssl
U:https://www.openssl.org/
L:Apache-2.0
o:openssl
m:Ariadne Conill <ariadne@dereferenced.org>
t:1738850880
c:a5a5
D:so:libc.musl-x86_64.so.1
p:so:libcrypto.so.3=3.3.2
F:etc
F:etc/ssl
R:openssl.cnf
Z:Q1wGuxVEOK9iGLj1i8D3BSBnT7MJA=
F:usr/lib
R:libcrypto.so.3
a:0:0:755

C:Q1xx=
P:py3-pip
V:24.3.1-r0
A:noarch
L:MIT
o:py3-pip
F:usr/lib/python3.12/site-packages/pip-24.3.1.dist-info
M:0:0:755
R:METADATA
R:RECORD
F:
R:package.json

P:.build-deps
V:20250101.000000
A:noarch

`;

function catalog(content: string | Uint8Array): CatalogResult {
  const bytes = Buffer.from(content);
  const file = { path: imagePath(path), sizeBytes: bytes.length, mode: 0o644, uid: 0, gid: 0 };
  return apk.catalog({ ...file, head: bytes.subarray(0, 512), content: bytesSource(bytes) });
}

describe("apk's database", () => {
  it('gives packages with their origin and the files of interest: libraries, records of language packages', () => {
    expect(catalog(database)).toEqual({
      items: [
        {
          kind: 'package',
          name: 'libcrypto3',
          version: '3.3.2-r4',
          path,
          evidence: 'installed',
          arch: 'x86_64',
          source: { name: 'openssl', version: '3.3.2-r4' },
          licenses: ['Apache-2.0'],
          size: 4538368,
          depends: ['so:libc.musl-x86_64.so.1'],
          provides: ['so:libcrypto.so.3'],
        },
        { kind: 'ownership', path, package: 'libcrypto3', owned: ['/usr/lib/libcrypto.so.3'] },
        {
          kind: 'package',
          name: 'py3-pip',
          version: '24.3.1-r0',
          path,
          evidence: 'installed',
          arch: 'noarch',
          licenses: ['MIT'],
        },
        {
          kind: 'ownership',
          path,
          package: 'py3-pip',
          owned: ['/usr/lib/python3.12/site-packages/pip-24.3.1.dist-info/METADATA', '/package.json'],
        },
      ],
      problems: [],
    });
  });

  it('is said to be broken where it is', () => {
    expect(catalog('P:a\n\nP:b\nV:1\nnonsense\n\nP:c\nV:2')).toEqual({
      items: [
        { kind: 'package', name: 'b', version: '1', path, evidence: 'installed' },
        { kind: 'package', name: 'c', version: '2', path, evidence: 'installed' },
      ],
      problems: [
        {
          code: 'unreadable-package-database',
          message:
            "the apk database can't be read whole: 1 packages without a name or version; 1 lines that are no fields; its last line does not end",
          hides: 'packages',
          path,
          source: 'apk',
        },
      ],
    });
  });

  it('is read without an exception where it is cut or changed', () => {
    for (const cut of truncations(Buffer.from(database))) {
      const { items, problems } = catalog(cut);
      expect(items.length).toBeLessThanOrEqual(4);
      if (cut.length > 0 && cut[cut.length - 1] !== 10) expect(problems).toHaveLength(1);
    }
    forBrokenCopies(Buffer.from(database), 300, (bytes) => expect(catalog(bytes).items.length).toBeLessThan(30));
  });
});
