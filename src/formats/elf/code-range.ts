import type { ByteSource } from '../../model/index.ts';
import { openElf, type Segment, segmentTypes } from './elf-file.ts';

/** Bytes of a file from one place up to, not including, another. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Shorter code costs nothing to keep. */
const leastBytes = 64 << 10;

const flag = { executable: 1, writable: 2 } as const;

/**
 * Where the machine code of an ELF object of `sizeBytes` lies, by its first bytes, behind them: bytes in which nothing is that
 * `describeElf` or a cataloger would read. Only where linkers put nothing but code there, in a segment of its own (GNU ld's `-z separate-code`,
 * lld and mold alike): behind another that holds headers, notes and dynamic strings, and clear of all others. Else undefined; never
 * throws.
 */
export function codeRange(head: Uint8Array, sizeBytes: number): ByteRange | undefined {
  const source: ByteSource = { sizeBytes, read: (offset, length) => head.subarray(offset, offset + length) };
  const elf = openElf(source);
  // Where headers lie beyond the first bytes they read as zeros, and those tell nothing.
  if (elf === undefined || !elf.readable || elf.faults.length > 0) return undefined;
  const { segments, sectionTable } = elf;
  const loads = segments.filter(({ type, fileSize }) => type === segmentTypes.load && fileSize > 0);
  const code = loads.reduce<Segment | undefined>(
    (largest, segment) => (isCode(segment) && segment.fileSize > (largest?.fileSize ?? 0) ? segment : largest),
    undefined,
  );
  const first = loads[0];
  if (code === undefined || first === undefined || first.offset !== 0 || first === code || isCode(first))
    return undefined;
  const from = Math.max(code.offset, head.length);
  const to = Math.min(code.offset + code.fileSize, sizeBytes);
  const isClear = (offset: number, length: number): boolean => offset >= to || offset + length <= from;
  if (!isClear(sectionTable.offset, sectionTable.count * sectionTable.entrySize)) return undefined;
  if (!segments.every((segment) => segment === code || isClear(segment.offset, segment.fileSize))) return undefined;
  return to - from < leastBytes ? undefined : { from, to };
}

function isCode({ flags }: Segment): boolean {
  return (flags & flag.executable) !== 0 && (flags & flag.writable) === 0;
}
