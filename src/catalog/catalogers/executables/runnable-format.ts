import type { ExecutableItem } from '../../../model/index.ts';
import type { CatalogFile } from '../../cataloger.ts';

/** What kind of program a file is, by its first bytes alone; `other` where they say nothing. */
export function runnableFormat(file: Pick<CatalogFile, 'head' | 'content'>): ExecutableItem['format'] {
  const { head } = file;
  if (head.length < 2) return 'other';
  const first = head[0] ?? 0;
  if (first === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46) return 'elf';
  if (first === 0x23 && head[1] === 0x21) return 'script';
  if (first === 0x4d && head[1] === 0x5a) return isPe(file) ? 'pe' : 'other';
  if (head.length < 8) return 'other';
  const magic = ((first << 24) | ((head[1] ?? 0) << 16) | ((head[2] ?? 0) << 8) | (head[3] ?? 0)) >>> 0;
  if (magic === 0x0061736d) return 'wasm';
  if (magic === 0xfeedface || magic === 0xfeedfacf || magic === 0xcefaedfe || magic === 0xcffaedfe) return 'mach-o';
  // A Java class begins like a fat Mach-O; its version stands where the other has its few architectures.
  if (magic === 0xcafebabe || magic === 0xcafebabf) {
    const count = (((head[4] ?? 0) << 24) | ((head[5] ?? 0) << 16) | ((head[6] ?? 0) << 8) | (head[7] ?? 0)) >>> 0;
    if (count > 0 && count < 40) return 'mach-o';
  }
  return 'other';
}

/** DOS header, then at e_lfanew `PE\0\0` (PE/COFF specification, "MS-DOS Stub"). */
function isPe({ head, content }: Pick<CatalogFile, 'head' | 'content'>): boolean {
  if (head.length < 64) return false;
  const at = ((head[60] ?? 0) | ((head[61] ?? 0) << 8) | ((head[62] ?? 0) << 16) | ((head[63] ?? 0) << 24)) >>> 0;
  if (at + 4 > content.sizeBytes) return false;
  const inHead = at + 4 <= head.length;
  const bytes = inHead ? head : content.read(at, 4);
  const start = inHead ? at : 0;
  return bytes[start] === 0x50 && bytes[start + 1] === 0x45 && bytes[start + 2] === 0 && bytes[start + 3] === 0;
}
