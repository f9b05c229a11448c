/** A format that a kernel or runtime runs, told by a file's first bytes; undefined for anything else. */
export function formatOf(head: Uint8Array): 'elf' | 'script' | 'pe' | 'mach-o' | 'wasm' | undefined {
  switch (head[0]) {
    case 0x7f:
      return head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46 ? 'elf' : undefined;
    case 0x23:
      return head[1] === 0x21 ? 'script' : undefined;
    case 0x4d:
      return isPe(head) ? 'pe' : undefined;
    case 0xfe:
      return head[1] === 0xed && head[2] === 0xfa && (head[3] === 0xce || head[3] === 0xcf) ? 'mach-o' : undefined;
    case 0xce:
    case 0xcf:
      return head[1] === 0xfa && head[2] === 0xed && head[3] === 0xfe ? 'mach-o' : undefined;
    case 0x00:
      return head[1] === 0x61 && head[2] === 0x73 && head[3] === 0x6d ? 'wasm' : undefined;
    default:
      return undefined;
  }
}

/** `MZ`, and at the place that the DOS header names `PE\0\0` (or that place lies beyond what we see). */
function isPe(head: Uint8Array): boolean {
  if (head[1] !== 0x5a || head.length < 64) return false;
  const at = head[60]! | (head[61]! << 8) | (head[62]! << 16) | (head[63]! << 24);
  if (at < 0 || at + 4 > head.length) return at > 0;
  return head[at] === 0x50 && head[at + 1] === 0x45 && head[at + 2] === 0 && head[at + 3] === 0;
}
