import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { CodedError } from '../../../model/index.ts';
import { writeTar } from '../../../../test/make/tar-writer.ts';
import { type OuterMember, readOuterTar } from './outer-tar.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-outer-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(bytes: Uint8Array, limits?: { members: number; headerBytes: number }): Map<string, OuterMember> {
  const path = join(folder, 'a.tar');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  try {
    return readOuterTar(fd, bytes.length, 'archive a.tar', limits);
  } finally {
    closeSync(fd);
  }
}

const long = `${'d'.repeat(120)}/${'f'.repeat(60)}`;

test.each(['pax', 'gnu'] as const)('members are found with long names in %s form', (format) => {
  const members = read(
    writeTar(
      [
        { name: './a', content: 'abc' },
        { name: long, content: 'long' },
        { name: 'x/link', type: 'symlink', link: '../a' },
        { name: 'hard', type: 'hardlink', link: long },
        { name: 'out', type: 'symlink', link: '../../etc' },
      ],
      { format },
    ),
  );
  expect([...members].map(([name, { kind, sizeBytes, target }]) => [name, kind, sizeBytes, target])).toEqual([
    ['a', 'file', 3, ''],
    [long, 'file', 4, ''],
    ['x/link', 'link', 0, 'a'],
    ['hard', 'link', 0, long],
    ['out', 'link', 0, ''],
  ]);
});

test('names that lead outside are left out, and the last of two counts', () => {
  const members = read(
    writeTar([
      { name: '../../etc/passwd', content: 'x' },
      { name: 'a', content: '1' },
      { name: 'a', content: '22' },
    ]),
  );
  expect([...members.keys()]).toEqual(['a']);
  expect(members.get('a')).toMatchObject({ sizeBytes: 2, replaces: { sizeBytes: 1 } });
});

test('limits hold', () => {
  const many = writeTar(Array.from({ length: 20 }, (_, i) => ({ name: `f${i}` })));
  expect(() => read(many, { members: 10, headerBytes: 1000 })).toThrow(
    'archive a.tar has more than 10 members, at byte 5120',
  );
  expect(() => read(writeTar([{ name: 'n'.repeat(5000) }]), { members: 10, headerBytes: 1000 })).toThrow(
    'has an extended header of',
  );
  expect(() => read(new Uint8Array(0))).toThrow('archive a.tar is empty');
});

test('whatever bytes come, it ends with members inside the file or a coded error', () => {
  const whole = writeTar([
    { name: long, content: 'x'.repeat(700), xattrs: { 'user.a': 'b' } },
    { name: 'l', type: 'symlink', link: long },
    { name: 's', content: 'ab', sparse: { realSize: 900, runs: [[0, 2]] } },
  ]);
  const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.nat(whole.length), (changes, length) => {
      const bytes = Buffer.from(whole.subarray(0, length));
      for (const { at, byte } of changes) if (at < length) bytes[at] = byte;
      try {
        for (const member of read(bytes).values())
          expect(member.offsetBytes + member.sizeBytes).toBeLessThanOrEqual(length);
      } catch (error) {
        expect(error).toBeInstanceOf(CodedError);
      }
    }),
    fuzz(500),
  );
});
