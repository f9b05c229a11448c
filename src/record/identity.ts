import { hash } from 'node:crypto';

/** The first 16 hex digits of a SHA-256 over parts: a stable id that follows from nothing but them. */
export function stableId(...parts: readonly (string | number | undefined)[]): string {
  return hash('sha256', parts.map((part) => part ?? '').join('\0'), 'hex').slice(0, 16);
}

/** Order of text by its code units, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
