/*
 * Counts the bytes that end lines, in a window of text that lies in this module's own memory. This is AssemblyScript:
 * tools/make-wasm.ts compiles it to WebAssembly, and what comes of it lies beside it.
 */

/** Where the window begins. */
const windowAt: usize = 64;

export function window(): usize {
  return windowAt;
}

/** Line feeds in the first so many bytes of the window. */
export function count(length: usize): u32 {
  const lineFeeds = i8x16.splat(10);
  const end = windowAt + length;
  let found: u32 = 0;
  let at = windowAt;
  for (; at + 16 <= end; at += 16) found += popcnt(i8x16.bitmask(i8x16.eq(v128.load(at), lineFeeds)));
  for (; at < end; at++) found += u32(load<u8>(at) == 10);
  return found;
}
