import fs from 'node:fs';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { forBrokenCopies, truncations } from '../../../../test/make/broken-bytes.ts';
import { strictSource } from '../../../../test/make/strict-source.ts';
import { type ByteSource, bytesSource, imagePath, type Item, type PackageItem } from '../../../model/index.ts';
import type { CatalogResult } from '../../cataloger.ts';
import { rpm } from './index.ts';

const vectors = new URL('../../../../test/vectors/rpm/', import.meta.url);
const vector = (name: string): Uint8Array => zlib.gunzipSync(fs.readFileSync(new URL(`${name}.gz`, vectors)));
const sqlite = vector('rpmdb.sqlite');
const ndb = vector('Packages.db');
const berkeley = vector('Packages');
const berkeleyBigEndian = vector('Packages.big-endian');

function catalog(path: string, content: Uint8Array, source: ByteSource = bytesSource(content)): CatalogResult {
  const file = { path: imagePath(path), sizeBytes: content.length, mode: 0o644, uid: 0, gid: 0 };
  return rpm.catalog({ ...file, head: content.subarray(0, 512), content: source });
}

const isPackage = (item: Item): item is PackageItem => item.kind === 'package';

const forms = [
  ['SQLite', '/var/lib/rpm/rpmdb.sqlite', sqlite],
  ['ndb', '/usr/lib/sysimage/rpm/Packages.db', ndb],
  ['Berkeley DB', '/var/lib/rpm/Packages', berkeley],
  ['big-endian Berkeley DB', '/var/lib/rpm/Packages', berkeleyBigEndian],
] as const;

describe.each(forms)('an rpm database as %s', (_, path, bytes) => {
  const found = catalog(path, bytes);

  it('gives the packages that rpm -qa gives', () => {
    const lines = found.items
      .filter(isPackage)
      .map(({ name, version, arch, source }) => {
        const [sourceName, sourceVersion] = [source?.name ?? name, source?.version ?? version];
        return `${name} ${version} ${arch} ${sourceName}-${sourceVersion.replace(/^\d+:/, '')}.src.rpm\n`;
      })
      .sort();
    expect(lines.join('')).toBe(fs.readFileSync(new URL('rpm-qa.txt', vectors), 'utf8'));
    expect(found.problems).toEqual([]);
  });

  it('gives epoch, source, licence, vendor, module and the files that language packages are recorded in', () => {
    const byName = (name: string): Item[] =>
      found.items.filter((item) => (isPackage(item) ? item.name : item.kind === 'ownership' && item.package) === name);
    expect(byName('python3-thing')).toEqual([
      {
        kind: 'package',
        name: 'python3-thing',
        version: '2:3.0-1.fc40',
        path,
        evidence: 'installed',
        arch: 'noarch',
        source: { name: 'thing', version: '2:0.9~rc1-1.fc40' },
        licenses: ['Apache-2.0 AND BSD-3-Clause'],
        size: 4,
      },
      {
        kind: 'ownership',
        path,
        package: 'python3-thing',
        owned: [
          '/usr/lib/node_modules/thing/package.json',
          '/usr/lib/python3.12/site-packages/thing-3.0.dist-info/METADATA',
          '/usr/share/java/thing.jar',
        ],
      },
    ]);
    expect(byName('modular')).toMatchObject([{ modularity: 'nodejs:20', licenses: ['GPLv2+'] }]);
    expect(byName('plimsoll-plain')).toMatchObject([{ vendor: 'Plimsoll Test Works' }]);
  });

  it('is never read in silence where it is cut', () => {
    for (const cut of truncations(bytes)) {
      const { items, problems } = catalog(path, cut);
      // The end of an ndb can be free blocks, with which nothing is lost.
      if (path.endsWith('Packages.db') && items.length === found.items.length) continue;
      expect(problems).toMatchObject([{ code: 'unreadable-package-database', hides: 'packages', path }]);
    }
  });

  it('is read without an exception or endless work where bytes are wrong', () => {
    forBrokenCopies(bytes, 300, (broken) => {
      const source = strictSource(broken);
      expect(catalog(path, broken, source).items.length).toBeLessThan(1000);
      expect(source.readBytes).toBeLessThan(2 * broken.length + 8192);
    });
  });

  it('is read the same from a source that uses its memory again', () => {
    expect(catalog(path, bytes, strictSource(bytes))).toEqual(found);
  });
});

describe('a hostile rpm database', () => {
  const faults = (path: string, bytes: Uint8Array): string[] =>
    catalog(path, bytes).problems.map(({ message }) => message);

  it('of Berkeley DB with an overflow chain without end', () => {
    const looped = Buffer.from(berkeley);
    for (let page = 0; page < looped.length; page += 4096)
      if (looped[page + 25] === 7) looped.writeUInt32LE(page / 4096, page + 16);
    expect(faults('/var/lib/rpm/Packages', looped)[0]).toContain('does not exist or is used twice');
  });

  it('of Berkeley DB with an item of 4 GiB', () => {
    const giant = Buffer.from(berkeley);
    for (let at = 0; at + 12 <= giant.length; at++)
      if (giant.readUInt32LE(at + 8) === 23788) giant.writeUInt32LE(0xffffffff, at + 8);
    expect(faults('/var/lib/rpm/Packages', giant)[0]).toContain('larger than the file');
  });

  it('of ndb with giant counts, slots that overlap, and a blob that was changed', () => {
    const path = '/var/lib/rpm/Packages.db';
    const counts = Buffer.from(ndb);
    counts.writeUInt32LE(0xffffffff, 12);
    expect(faults(path, counts)[0]).toContain('shorter than its header says');
    const overlap = Buffer.from(ndb);
    // The slot after the one of the package that was removed.
    for (let at = 32; at < 4096; at += 16) overlap.set(ndb.subarray(48, 64), at);
    expect(faults(path, overlap)[0]).toContain('slots overlap');
    const changed = Buffer.from(ndb);
    const at = changed.indexOf('plimsoll-plain\0');
    changed[at + 1] = 0x4c;
    expect(catalog(path, changed).items.filter(isPackage)).toHaveLength(4);
    expect(faults(path, changed)[0]).toContain("a blob's checksum is wrong");
  });

  it('with headers of negative counts and offsets', () => {
    const path = '/var/lib/rpm/Packages.db';
    for (const value of [0xffffffff, 0x80000000, 0x7fffffff, 0x10000]) {
      for (const field of [0, 4, 12, 16, 20, 8 + 16 * 3 + 8, 8 + 16 * 3 + 12]) {
        const broken = Buffer.from(ndb);
        const header = broken.indexOf('BlbS') + 16;
        broken.writeUInt32BE(value, header + field);
        expect(catalog(path, broken).problems).toHaveLength(1);
      }
    }
  });

  it('of no known form, or empty', () => {
    expect(faults('/var/lib/rpm/Packages', Buffer.from('hello'))).toEqual([
      "the rpm database can't be read whole: its format is not known",
    ]);
    expect(faults('/var/lib/rpm/Packages', Buffer.alloc(0))).toEqual([
      "the rpm database can't be read whole: it is empty",
    ]);
  });
});

it('says that changes in a write-ahead log were not read, unless the log is empty', () => {
  const path = '/var/lib/rpm/rpmdb.sqlite-wal';
  expect(catalog(path, Buffer.alloc(0))).toEqual({ items: [], problems: [] });
  expect(catalog(path, Buffer.alloc(4152)).problems).toEqual([
    {
      code: 'unmerged-package-database',
      message: '4152 bytes of changes to the rpm database lie in this log and were not read',
      hides: 'packages',
      path,
      source: 'rpm',
    },
  ]);
});

it("reads the lists of distroless Azure Linux's images", () => {
  const path = '/var/lib/rpmmanifest/container-manifest-2';
  const list =
    'openssl-libs\t3.3.2-1.azl3\t1727000000\t1726000000\tMicrosoft Corporation\t(none)\t4567\tx86_64\t0\topenssl-3.3.2-1.azl3.src.rpm\n' +
    'broken line\n';
  const { items, problems } = catalog(path, Buffer.from(list));
  expect(items).toEqual([
    {
      kind: 'package',
      name: 'openssl-libs',
      version: '3.3.2-1.azl3',
      path,
      evidence: 'installed',
      arch: 'x86_64',
      source: { name: 'openssl', version: '3.3.2-1.azl3' },
      vendor: 'Microsoft Corporation',
      size: 4567,
    },
  ]);
  expect(problems).toMatchObject([{ message: "the rpm database can't be read whole: 1 lines are not understood" }]);
});
