import { readAt, readText, readU32, readU64 } from '../../../formats/elf/index.ts';
import type { ByteSource } from '../../../model/index.ts';
import type { ProgramImage } from './program-image.ts';

/** What Go's linker wrote into a program: the toolchain's version and the text that `go version -m` prints. */
export interface BuildInfo {
  readonly goVersion: string;
  /** Empty where the program was built without modules. */
  readonly modules: string;
}

/** `garbled`: the mark is there, but what it leads to can't be read. */
export type BuildInfoResult = BuildInfo | 'absent' | 'garbled';

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const alignment = 16;
const headerBytes = 32;
const windowBytes = 262_144;
/** The mark stands near the beginning of the data; a program without sections is searched this far. */
const maxSearchBytes = 64 << 20;
const maxVersionBytes = 4_096;
const maxModulesBytes = 16 << 20;
/** cmd/go frames the text with 16 bytes on either side. */
const frameBytes = 16;

/**
 * Finds and reads the build information (cmd/link, `buildinfo`; debug/buildinfo): since Go 1.18 both texts follow the
 * header inline; before, the header has two pointers to string headers, in either byte order and word size.
 */
export function readBuildInfo(source: ByteSource, program: ProgramImage): BuildInfoResult {
  const at = findMark(source, program);
  if (at === undefined) return 'absent';
  const header = readAt(source, at, headerBytes).slice();
  if (header.length < headerBytes) return 'garbled';
  const flags = header[15] ?? 0;
  const texts = (flags & 2) !== 0 ? inlineTexts(source, at + headerBytes) : pointedTexts(source, program, header);
  if (texts === undefined || texts.goVersion === '') return 'garbled';
  return { goVersion: texts.goVersion, modules: texts.modules };
}

function findMark(source: ByteSource, { data }: ProgramImage): number | undefined {
  const end = Math.min(data.offset + Math.min(data.sizeBytes, maxSearchBytes), source.sizeBytes);
  for (let start = data.offset; start < end; start += windowBytes - alignment) {
    const bytes = readAt(source, start, Math.min(windowBytes, end - start));
    const window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = window.indexOf(magic); at >= 0; at = window.indexOf(magic, at + 1)) {
      // Go aligns addresses; segments keep their low bits in the file.
      if (data.exact || (start + at) % alignment === 0) return start + at;
    }
    if (bytes.length < windowBytes) return undefined;
  }
  return undefined;
}

function inlineTexts(source: ByteSource, at: number): BuildInfo | undefined {
  const version = lengthPrefixed(source, at, maxVersionBytes);
  if (version === undefined) return undefined;
  const modules = lengthPrefixed(source, version.end, maxModulesBytes);
  if (modules === undefined) return undefined;
  return { goVersion: readText(version.bytes, 0, version.bytes.length), modules: unframed(modules.bytes) };
}

/** Bytes behind their length as an unsigned varint. */
function lengthPrefixed(source: ByteSource, at: number, limit: number): { bytes: Uint8Array; end: number } | undefined {
  const prefix = readAt(source, at, 10);
  let length = 0;
  let scale = 1;
  for (let i = 0; i < prefix.length; i++) {
    const byte = prefix[i] ?? 0;
    length += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      if (length > limit) return undefined;
      const start = at + i + 1;
      // Copied: the text before and after is read from the same memory.
      const bytes = readAt(source, start, length).slice();
      return bytes.length < length ? undefined : { bytes, end: start + length };
    }
    scale *= 128;
  }
  return undefined;
}

function pointedTexts(source: ByteSource, program: ProgramImage, header: Uint8Array): BuildInfo | undefined {
  const pointerBytes = header[14] ?? 0;
  if (pointerBytes !== 4 && pointerBytes !== 8) return undefined;
  const bigEndian = ((header[15] ?? 0) & 1) !== 0;
  const word = pointerBytes === 8 ? readU64 : readU32;
  const follow = (pointer: number, limit: number): Uint8Array | undefined => {
    const at = program.offsetOf(pointer);
    const pair = at === undefined ? undefined : readAt(source, at, 2 * pointerBytes);
    if (pair === undefined || pair.length < 2 * pointerBytes) return undefined;
    const length = word(pair, pointerBytes, bigEndian);
    const start = program.offsetOf(word(pair, 0, bigEndian));
    if (start === undefined || length > limit) return undefined;
    const bytes = readAt(source, start, length).slice();
    return bytes.length < length ? undefined : bytes;
  };
  const version = follow(word(header, 16, bigEndian), maxVersionBytes);
  if (version === undefined) return undefined;
  const modulesPointer = word(header, 16 + pointerBytes, bigEndian);
  const modules =
    modulesPointer === 0 ? new Uint8Array(0) : (follow(modulesPointer, maxModulesBytes) ?? new Uint8Array(0));
  return { goVersion: readText(version, 0, version.length), modules: unframed(modules) };
}

function unframed(bytes: Uint8Array): string {
  if (bytes.length <= 2 * frameBytes || bytes[bytes.length - frameBytes - 1] !== 10) return '';
  return readText(bytes, frameBytes, bytes.length - frameBytes);
}
