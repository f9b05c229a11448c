/**
 * The few WebAssembly encodings that the filter needs, as functions that give bytes (WebAssembly core specification 3.0,
 * § 5). Only what is used is here.
 */
type Code = readonly number[];

const join = (...parts: readonly Code[]): number[] => parts.flat();

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}

const simd = (opcode: number, ...immediate: readonly number[]): number[] => [0xfd, ...unsigned(opcode), ...immediate];

/** i32 and control instructions. */
export const get = (local: number): number[] => [0x20, ...unsigned(local)];
export const set = (local: number): number[] => [0x21, ...unsigned(local)];
export const tee = (local: number): number[] => [0x22, ...unsigned(local)];
export const i32 = (value: number): number[] => [0x41, ...signed(value)];
export const loadI32 = (offset: number): number[] => [0x28, 0, ...unsigned(offset)];
export const loadByte = (offset: number): number[] => [0x2d, 0, ...unsigned(offset)];
export const storeI32 = (offset: number): number[] => [0x36, 0, ...unsigned(offset)];
export const greaterOrEqualUnsigned: Code = [0x4f];
export const countTrailingZeros: Code = [0x68];
export const add: Code = [0x6a];
export const subtract: Code = [0x6b];
export const multiply: Code = [0x6c];
export const and: Code = [0x71];
export const or: Code = [0x72];
export const shiftLeft: Code = [0x74];
export const shiftRightUnsigned: Code = [0x76];
export const branchIf = (depth: number): number[] => [0x0d, ...unsigned(depth)];
export const branch = (depth: number): number[] => [0x0c, ...unsigned(depth)];
export const block = (...body: readonly Code[]): number[] => [0x02, 0x40, ...join(...body), 0x0b];
export const loop = (...body: readonly Code[]): number[] => [0x03, 0x40, ...join(...body), 0x0b];
export const when = (...body: readonly Code[]): number[] => [0x04, 0x40, ...join(...body), 0x0b];

/** 128-bit instructions. */
export const loadV128 = (offset: number): number[] => simd(0x00, 0, ...unsigned(offset));
export const splatBytes: Code = simd(0x0f);
export const notEqualBytes: Code = simd(0x24);
export const andV128: Code = simd(0x4e);
export const orV128: Code = simd(0x50);
export const bitmaskBytes: Code = simd(0x64);
export const shiftBytesRight: Code = simd(0x6d);
/** `i8x16.swizzle`, or the relaxed one: one machine instruction, and the same for the indices 0–15 that we give. */
export const swizzle = (relaxed: boolean): number[] => simd(relaxed ? 0x100 : 0x0e);

/** A module with one imported-free memory `memory` and one function `scan` from one i32 to one i32. */
export function moduleBytes(options: { pages: number; i32Locals: number; v128Locals: number; body: Code }): Uint8Array {
  const section = (id: number, content: Code): number[] => [id, ...unsigned(content.length), ...content];
  const name = (text: string): number[] => [text.length, ...Buffer.from(text, 'latin1')];
  const code = join(
    [2, ...unsigned(options.i32Locals), 0x7f, ...unsigned(options.v128Locals), 0x7b],
    options.body,
    [0x0b],
  );
  return Uint8Array.from(
    join(
      [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
      section(3, [1, 0]),
      section(5, [1, 0, ...unsigned(options.pages)]),
      section(7, [2, ...name('memory'), 2, 0, ...name('scan'), 0, 0]),
      section(10, [1, ...unsigned(code.length), ...code]),
    ),
  );
}
