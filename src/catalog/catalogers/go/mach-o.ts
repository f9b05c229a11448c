import { readAt, readU32, readU64 } from '../../../formats/elf/index.ts';
import type { ByteSource } from '../../../model/index.ts';
import type { ProgramImage } from './program-image.ts';

const maxCommandBytes = 262_144;

interface Segment {
  readonly name: string;
  readonly address: number;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The data of a macOS program: its `__go_buildinfo` section, or else its `__DATA` segment. Fat ones: the first part. */
export function openMachO(source: ByteSource): ProgramImage | undefined {
  const start = startOfFirst(source);
  const header = readAt(source, start, 32).slice();
  const magic = readU32(header, 0, true);
  const bigEndian = magic === 0xfeedface || magic === 0xfeedfacf;
  const is64 = magic === 0xfeedfacf || magic === 0xcffaedfe;
  if (header.length < 28 || (!bigEndian && magic !== 0xcefaedfe && !is64)) return undefined;
  const commands = readAt(
    source,
    start + (is64 ? 32 : 28),
    Math.min(readU32(header, 20, bigEndian), maxCommandBytes),
  ).slice();
  const segments: Segment[] = [];
  let section: { offset: number; sizeBytes: number } | undefined;
  for (let at = 0; at + 8 <= commands.length;) {
    const command = readU32(commands, at, bigEndian);
    const size = readU32(commands, at + 4, bigEndian);
    if (size < 8) break;
    if (command === (is64 ? 0x19 : 0x1)) {
      segments.push(readSegment(commands, at, { is64, bigEndian, start }));
      section ??= findSection(commands, at, Math.min(size, commands.length - at), { is64, bigEndian, start });
    }
    at += size;
  }
  const data = section ?? segments.find((segment) => segment.name === '__DATA' && segment.sizeBytes > 0);
  if (data === undefined) return undefined;
  return {
    data: { offset: data.offset, sizeBytes: data.sizeBytes, exact: section !== undefined },
    offsetOf(address) {
      const segment = segments.find((one) => address >= one.address && address - one.address < one.sizeBytes);
      return segment === undefined ? undefined : segment.offset + (address - segment.address);
    },
  };
}

interface Layout {
  readonly is64: boolean;
  readonly bigEndian: boolean;
  readonly start: number;
}

function startOfFirst(source: ByteSource): number {
  const head = readAt(source, 0, 20);
  return readU32(head, 0, true) === 0xcafebabe ? readU32(head, 16, true) : 0;
}

/** struct segment_command and segment_command_64 of mach-o/loader.h. */
function readSegment(bytes: Uint8Array, at: number, { is64, bigEndian, start }: Layout): Segment {
  const word = is64 ? readU64 : readU32;
  const step = is64 ? 8 : 4;
  return {
    name: nameAt(bytes, at + 8),
    address: word(bytes, at + 24, bigEndian),
    offset: start + word(bytes, at + 24 + 2 * step, bigEndian),
    sizeBytes: word(bytes, at + 24 + 3 * step, bigEndian),
  };
}

/** struct section and section_64. */
function findSection(
  bytes: Uint8Array,
  at: number,
  size: number,
  { is64, bigEndian, start }: Layout,
): { offset: number; sizeBytes: number } | undefined {
  const sectionSize = is64 ? 80 : 68;
  for (let one = at + (is64 ? 72 : 56); one + sectionSize <= at + size; one += sectionSize) {
    if (nameAt(bytes, one) !== '__go_buildinfo') continue;
    const sizeBytes = is64 ? readU64(bytes, one + 40, bigEndian) : readU32(bytes, one + 36, bigEndian);
    return { offset: start + readU32(bytes, one + (is64 ? 48 : 40), bigEndian), sizeBytes };
  }
  return undefined;
}

function nameAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 16)).replaceAll('\0', '');
}
