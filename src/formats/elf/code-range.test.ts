import { describe, expect, test } from 'vitest';
import { codeRange } from './index.ts';

interface Load {
  readonly type?: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
}

const mebibyte = 1 << 20;
const [readable, code, writable] = [4, 5, 6];

/** The first 8 KiB of a 64-bit little-endian object with these program headers and, unless said, section headers at 5 MiB. */
function headOf(loads: readonly Load[], sectionsAt = 5 * mebibyte): Buffer {
  const head = Buffer.alloc(8192);
  head.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  head.writeUInt16LE(3, 16);
  head.writeUInt16LE(62, 18);
  head.writeBigUInt64LE(64n, 32);
  head.writeBigUInt64LE(BigInt(sectionsAt), 40);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(loads.length, 56);
  head.writeUInt16LE(64, 58);
  head.writeUInt16LE(10, 60);
  loads.forEach(({ type = 1, flags, offset, size }, index) => {
    const at = 64 + index * 56;
    head.writeUInt32LE(type, at);
    head.writeUInt32LE(flags, at + 4);
    head.writeBigUInt64LE(BigInt(offset), at + 8);
    head.writeBigUInt64LE(BigInt(size), at + 32);
  });
  return head;
}

const headers: Load = { flags: readable, offset: 0, size: mebibyte };
const text: Load = { flags: code, offset: mebibyte, size: 2 * mebibyte };
const data: Load = { flags: writable, offset: 3 * mebibyte, size: mebibyte };
const sizeBytes = 6 * mebibyte;

describe('where the machine code of an object lies', () => {
  test('is a segment of its own behind the one with the headers', () => {
    expect(codeRange(headOf([headers, text, data]), sizeBytes)).toEqual({ from: mebibyte, to: 3 * mebibyte });
  });

  test('is the larger of two such segments', () => {
    const other: Load = { flags: code, offset: 4 * mebibyte, size: 100_000 };
    expect(codeRange(headOf([headers, text, data, other]), sizeBytes)).toEqual({ from: mebibyte, to: 3 * mebibyte });
  });

  test('begins behind the first bytes and ends with the file', () => {
    const early: Load = { flags: code, offset: 4096, size: mebibyte };
    const short = { ...headers, size: 4096 };
    expect(codeRange(headOf([short, early], 0), 500_000)).toEqual({ from: 8192, to: 500_000 });
  });

  test.each<[string, readonly Load[], number?]>([
    ['the segment with the headers is the code', [{ ...text, offset: 0 }, data]],
    ['another with the headers is code too', [{ ...headers, flags: code }, text]],
    ['no segment has the headers', [{ ...headers, offset: 64 }, text]],
    ['no segment is code', [headers, data]],
    ['the code can be written', [headers, { ...text, flags: 7 }]],
    ['a dynamic section lies in it', [headers, text, { type: 2, flags: writable, offset: 2 * mebibyte, size: 512 }]],
    ['notes reach into it', [headers, text, { type: 4, flags: readable, offset: mebibyte - 16, size: 32 }]],
    ['data lies over its end', [headers, text, { ...data, offset: 3 * mebibyte - 1 }]],
    ['section headers lie in it', [headers, text, data], 2 * mebibyte],
    ['it is short', [headers, { ...text, size: 65_535 }]],
  ])('is not told where %s', (_, loads, sectionsAt) => {
    expect(codeRange(headOf(loads, sectionsAt), sizeBytes)).toBeUndefined();
  });

  test('is not told of a cut header, of headers beyond the first bytes, or of anything else', () => {
    const head = headOf([headers, text, data]);
    expect(codeRange(head.subarray(0, 60), sizeBytes)).toBeUndefined();
    const far = Buffer.from(head);
    far.writeBigUInt64LE(1_000_000n, 32);
    expect(codeRange(far, sizeBytes)).toBeUndefined();
    expect(codeRange(Buffer.from('#!/bin/sh\n'), sizeBytes)).toBeUndefined();
  });
});
