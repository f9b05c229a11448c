import type { ByteSource } from '../../model/index.ts';
import { readAt } from './read-at.ts';

/** Compiler guards whose run-time functions are named in the dynamic strings. */
export interface Guards {
  readonly stackCanary: boolean;
  readonly fortify: boolean;
}

const windowBytes = 262_144;
/** The largest tables of real libraries are some 10 MiB. */
const maxBytes = 16 << 20;
const overlap = 64;
const canary = Buffer.from('__stack_chk_fail\0');
const checked = Buffer.from('_chk\0');

/**
 * Looks through a dynamic string table for `__stack_chk_fail` and for `__<function>_chk`, the checked variants that
 * _FORTIFY_SOURCE calls. Names are enough: no symbol table needs to be walked.
 */
export function findGuards(source: ByteSource, offset: number, sizeBytes: number): Guards {
  let stackCanary = false;
  let fortify = false;
  const end = offset + Math.min(sizeBytes, maxBytes);
  for (let at = offset; at < end && !(stackCanary && fortify); at += windowBytes - overlap) {
    const bytes = readAt(source, at, Math.min(windowBytes, end - at));
    const window = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    stackCanary ||= window.includes(canary);
    fortify ||= namesChecked(window);
    if (bytes.length < windowBytes) break;
  }
  return { stackCanary, fortify };
}

function namesChecked(window: Buffer): boolean {
  for (let at = window.indexOf(checked); at >= 0; at = window.indexOf(checked, at + checked.length)) {
    let start = at;
    while (start > 0 && at - start < overlap && window[start - 1] !== 0) start--;
    if (at - start > 2 && window[start] === 0x5f && window[start + 1] === 0x5f) return true;
  }
  return false;
}
