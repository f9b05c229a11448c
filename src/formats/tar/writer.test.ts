import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { defaultTarLimits, type TarEntry, tarEnd, tarMember, TarReader, type WrittenMember } from './index.ts';

function archiveOf(members: readonly (WrittenMember & { readonly content?: Buffer })[]): Buffer {
  return Buffer.concat([
    ...members.flatMap(({ content = Buffer.alloc(0), ...member }) => [
      tarMember({ ...member, sizeBytes: content.length }),
      content,
      Buffer.alloc((512 - (content.length % 512)) % 512),
    ]),
    tarEnd,
  ]);
}

function entriesOf(archive: Buffer): { entries: TarEntry[]; error: string | undefined } {
  const entries: TarEntry[] = [];
  const reader = new TarReader(
    { entry: (entry) => void entries.push({ ...entry }), data() {}, entryEnd() {} },
    defaultTarLimits,
    { details: true },
  );
  reader.push(archive);
  reader.end();
  return { entries, error: reader.error };
}

const file = { type: 'file', mode: 0o644, uid: 0, gid: 0, modified: 1_700_000_000 } as const;

test('is read by GNU tar as it was meant', () => {
  const archive = archiveOf([
    { ...file, name: 'etc/', type: 'directory', mode: 0o755 },
    { ...file, name: 'etc/motd', content: Buffer.from('ahoy\n'), mode: 0o4755, uid: 1000, gid: 50 },
    { ...file, name: `${'d'.repeat(120)}/ä`, content: Buffer.from('x'), uid: 5_000_000 },
    { ...file, name: 'etc/link', type: 'symlink', mode: 0o777, linkName: 'motd' },
    { ...file, name: 'etc/same', type: 'hardlink', linkName: 'etc/motd' },
    { ...file, name: 'dev/null', type: 'character-device', deviceMajor: 1, deviceMinor: 3 },
  ]);
  const listed = execFileSync('tar', ['--utc', '--numeric-owner', '--quoting-style=literal', '-tvf', '-'], {
    input: archive,
    encoding: 'utf8',
  });
  expect(
    listed
      .trim()
      .split('\n')
      .map((line) => line.replace(/\s+/g, ' ')),
  ).toEqual([
    'drwxr-xr-x 0/0 0 2023-11-14 22:13 etc/',
    '-rwsr-xr-x 1000/50 5 2023-11-14 22:13 etc/motd',
    `-rw-r--r-- 5000000/0 1 2023-11-14 22:13 ${'d'.repeat(120)}/ä`,
    'lrwxrwxrwx 0/0 0 2023-11-14 22:13 etc/link -> motd',
    'hrw-r--r-- 0/0 0 2023-11-14 22:13 etc/same link to etc/motd',
    'crw-r--r-- 0/0 1,3 2023-11-14 22:13 dev/null',
  ]);
});

test('what is written is read again, whatever names, numbers and attributes there are', () => {
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 300 })
    .filter((name) => !/[\0\ud800-\udfff]/.test(name));
  const member = fc.record({
    name: text.filter((name) => !name.endsWith('/')),
    link: text,
    mode: fc.nat(0o7777),
    uid: fc.nat(2 ** 32),
    gid: fc.nat(2 ** 32),
    modified: fc.integer({ min: -1000, max: 2 ** 40 }),
    xattrs: fc.dictionary(fc.stringMatching(/^user\.[a-z]{1,8}$/), fc.uint8Array({ maxLength: 50 }), { maxKeys: 3 }),
    content: fc.uint8Array({ maxLength: 1500 }),
  });
  fc.assert(
    fc.property(fc.array(member, { maxLength: 5 }), (members) => {
      const archive = archiveOf(
        members.flatMap(({ link, content, ...fields }) => [
          { ...fields, type: 'file', content: Buffer.from(content) } as const,
          { ...fields, type: 'symlink', linkName: link } as const,
        ]),
      );
      const { entries, error } = entriesOf(archive);
      expect(error).toBeUndefined();
      expect(
        entries.map(({ name, linkName, mode, uid, gid, details, sizeBytes, xattrs }) => ({
          ...{ name, linkName, mode, uid, gid, modified: details?.modified, sizeBytes },
          xattrs: Object.fromEntries(
            Object.entries(xattrs ?? {}).map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
          ),
        })),
      ).toEqual(
        members.flatMap(({ link, content, xattrs, ...fields }) => {
          const common = {
            ...fields,
            modified: String(fields.modified),
            xattrs: Object.fromEntries(
              Object.entries(xattrs).map(([key, value]) => [key, Buffer.from(value).toString('hex')]),
            ),
          };
          return [
            { ...common, linkName: '', sizeBytes: content.length },
            { ...common, linkName: link, sizeBytes: 0 },
          ];
        }),
      );
    }),
    fuzz(100),
  );
});
