import { describe, expect, it } from 'vitest';
import { bytesSource, type ImagePath, imagePath } from '../model/index.ts';
import type { Cataloger, CatalogFile, Claim } from './cataloger.ts';
import { catalogers } from './list.ts';

/** What lies where other things are expected: nothing, zeros, text that is no UTF-8, 0xff, and a few beginnings. */
const contents: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(),
  'one byte': Uint8Array.of(0x7f),
  zeros: new Uint8Array(5000),
  'bad UTF-8': Buffer.from('\u0000\xc3\x28 name: \xff\xfe\n\xf0\x9f\n[x]\n"a": {\xed\xa0\x80'.repeat(50), 'latin1'),
  '0xff': new Uint8Array(5000).fill(0xff),
  'line ends': Buffer.from('\r\n\n\r'.repeat(1000)),
  'escapes and brackets': Buffer.from('\u001b]0;x\u0007{[("<!--${'.repeat(300)),
  'an ELF head and garbage': Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(3000, 0xfe)]),
  'a ZIP head and garbage': Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(3000, 0x41)]),
  'a script head alone': Buffer.from('#!'),
  'nested JSON': Buffer.from('{"dependencies":'.repeat(5000)),
  'hostile keys': Buffer.from('{"__proto__":{"name":"x","version":"1"},"packages":{"__proto__":{"version":1}}}'),
  'a key head': Buffer.from(
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n',
  ),
};

/** Paths that a claim names. */
function pathsOf(claim: Claim): string[] {
  if ('path' in claim) return [claim.path];
  if ('inDirectory' in claim)
    return ['x', 'x.list', 'x.md5sums', 'x.pem'].map((base) => `${claim.inDirectory}/${base}`);
  if ('baseName' in claim) return [`/opt${claim.directorySuffix ?? ''}/${claim.baseName}`];
  if ('suffix' in claim) return [`/opt/x${claim.suffix}`];
  return ['/opt/program', '/etc/x.conf'];
}

function fileOf(path: ImagePath, bytes: Uint8Array): CatalogFile {
  const sha256 = '0'.repeat(64);
  const head = bytes.subarray(0, 8192);
  const size = bytes.length;
  return { path, sizeBytes: size, mode: 0o755, uid: 0, gid: 0, head, content: bytesSource(bytes), sha256 };
}

describe('the catalogers', () => {
  it('have names of their own in kebab-case', () => {
    const names = catalogers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/);
  });
});

describe.each(catalogers.map((cataloger) => [cataloger.name, cataloger] as const))(
  'the %s cataloger',
  (_, cataloger) => {
    it('says what it does, for which files, and what its packages are', () => {
      expect(cataloger.summary).toMatch(/^\S.{10,160}\S$/);
      expect(Number.isInteger(cataloger.version) && cataloger.version > 0).toBe(true);
      expect(cataloger.claims.length > 0 || cataloger.observe !== undefined).toBe(true);
      const facts = cataloger.packages.map(({ name }) => name);
      expect(new Set(facts).size).toBe(facts.length);
      for (const { name, purlType, versionScheme, ecosystem } of cataloger.packages)
        for (const fact of [name, purlType, versionScheme, ecosystem]) expect(fact).not.toBe('');
      for (const claim of cataloger.claims) for (const path of pathsOf(claim)) expect(imagePath(path)).toBe(path);
    });

    it.each(Object.entries(contents))('survives %s, the same way each time, and names the place', (_, bytes) => {
      for (const path of new Set(cataloger.claims.flatMap(pathsOf))) {
        const file = fileOf(imagePath(path), Uint8Array.from(bytes));
        const first = cataloger.catalog(file);
        expect(file.content.read(0, bytes.length)).toEqual(Uint8Array.from(bytes));
        expect(cataloger.catalog(fileOf(imagePath(path), Uint8Array.from(bytes)))).toEqual(first);
        expect(JSON.parse(JSON.stringify(first))).toEqual(first);
        checkNames(
          cataloger,
          first.items.map(({ kind, ...item }) => ({ kind, facts: undefined, ...item })),
        );
        for (const problem of first.problems)
          expect(problem).toMatchObject({
            path,
            source: cataloger.name,
            code: expect.stringMatching(/^[a-z][a-z0-9-]+$/),
          });
      }
    });

    it('survives a layer of strange entries, where it watches them', () => {
      const watch = (): unknown => {
        const observer = cataloger.observe?.();
        for (const name of ['/', '/a', '/usr/bin/\udcff', `/${'d/'.repeat(2000)}x`, '/__proto__', '/etc/passwd'])
          for (const type of ['file', 'directory', 'symlink', 'hardlink', 'device', 'fifo'] as const)
            observer?.see({
              path: imagePath(name),
              type,
              mode: 0o7777,
              uid: -1,
              gid: 2 ** 32,
              sizeBytes: 2 ** 52,
              linkTarget: '',
            });
        return observer?.done();
      };
      expect(watch()).toEqual(watch());
    });
  },
);

/** An item's facts are among those that its cataloger states. */
function checkNames(cataloger: Cataloger, items: readonly { kind: string; facts: string | undefined }[]): void {
  for (const { kind, facts } of items) {
    if (kind !== 'package') continue;
    expect(cataloger.packages.map(({ name }) => name)).toContain(facts ?? cataloger.packages[0]?.name);
  }
}
