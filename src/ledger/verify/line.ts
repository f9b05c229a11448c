import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { canonicalJson, type JsonValue } from '../canonical-json.ts';
import { formatName, formatVersion } from '../export/json-lines.ts';
import { Frontier } from '../merkle/frontier.ts';
import { leafHash } from '../merkle/hashes.ts';
import { parseCheckpoint, type SignedTreeHead, type TreeHead } from '../tree-head.ts';

/** What a line of an exported ledger says. */
export type LedgerLine =
  | {
      readonly kind: 'header';
      readonly ledger: string;
      readonly previous: string;
      readonly before: Frontier;
      readonly keys: readonly { readonly id: string; readonly publicKey: string }[];
    }
  | {
      readonly kind: 'entry';
      readonly sequence: number;
      readonly time: string;
      readonly previous: string;
      /** The hash of what the line says. */
      readonly hash: Buffer;
      /** Whether the line is written as the ledger wrote it, and says the hash that it has. */
      readonly isAsHashed: boolean;
    }
  | { readonly kind: 'tree-head'; readonly head: TreeHead; readonly signed: SignedTreeHead }
  | { readonly kind: 'end'; readonly size: number }
  | { readonly kind: 'unreadable'; readonly why: string };

/** Longest line that is read: an entry has at most 64 KiB, a header 64 peaks and its keys. */
export const longestLineBytes = 256 << 10;

const hexHash = /^[0-9a-f]{64}$/;

/** Reads a line without its end. Takes any bytes; never throws. */
export function readLine(line: Buffer): LedgerLine {
  let value: unknown;
  try {
    value = parseBoundedJson(line, { maxBytes: longestLineBytes, maxDepth: 40 });
  } catch (error) {
    if (error instanceof JsonRefused) return unreadable(`the line ${error.message}`);
    throw error;
  }
  if (!isObject(value)) return unreadable('the line is no JSON object');
  if (isObject(value['entry'])) return entryOf(line, value, value['entry']);
  if (isObject(value['treeHead'])) return treeHeadOf(value['treeHead']);
  if (isObject(value['end'])) {
    const { size } = value['end'];
    return isCount(size) ? { kind: 'end', size } : unreadable('the last line names no size');
  }
  return value['format'] === formatName ? headerOf(value) : unreadable('the line is nothing that a ledger exports');
}

function headerOf(value: Record<string, unknown>): LedgerLine {
  const { version, ledger, after, previous, peaks, keys } = value;
  if (version !== formatVersion) {
    const other = typeof version === 'number' ? `version ${version}` : 'no version';
    return unreadable(`the file is of ${other}, not ${formatVersion}`);
  }
  if (typeof ledger !== 'string' || !/^[0-9a-f-]{36}$/.test(ledger)) return unreadable('the header names no ledger');
  if (!isCount(after) || !isHash(previous)) return unreadable('the header does not say what the file follows');
  if (!Array.isArray(peaks) || peaks.length > 64 || !peaks.every(isHash)) return unreadable('the header has bad peaks');
  if (!Array.isArray(keys) || keys.length > 64 || !keys.every(isKey)) return unreadable('the header has bad keys');
  try {
    const before = new Frontier(
      after,
      peaks.map((peak) => Buffer.from(peak, 'hex')),
    );
    return { kind: 'header', ledger, previous, before, keys };
  } catch {
    return unreadable('the header has not the peaks of such a tree');
  }
}

function entryOf(line: Buffer, value: Record<string, unknown>, entry: Record<string, unknown>): LedgerLine {
  const { sequence, time, previous } = entry;
  if (!isCount(sequence) || sequence === 0) return unreadable('the entry has no sequence');
  if (typeof time !== 'string' || time.length > 32 || !isHash(previous))
    return unreadable(`entry ${sequence} does not say its time and what it follows`);
  let text: string;
  try {
    text = canonicalJson(entry as { readonly [name: string]: JsonValue });
  } catch {
    return unreadable(`entry ${sequence} holds what the ledger never takes`);
  }
  const hash = leafHash(text);
  // Byte for byte: what two readers could read differently (a member twice, say) the ledger has never written.
  const isAsHashed =
    value['hash'] === hash.toString('hex') &&
    line.equals(Buffer.from(`{"entry":${text},"hash":"${hash.toString('hex')}"}`));
  return { kind: 'entry', sequence, time, previous, hash, isAsHashed };
}

function treeHeadOf({ checkpoint, key, signature }: Record<string, unknown>): LedgerLine {
  const head = typeof checkpoint === 'string' ? parseCheckpoint(checkpoint) : undefined;
  if (head === undefined) return unreadable('the tree head is not of the form that the ledger signs');
  if (typeof key !== 'string' || key.length > 128 || typeof signature !== 'string' || signature.length > 4096)
    return unreadable('the tree head has no key and signature');
  return { kind: 'tree-head', head, signed: { checkpoint: checkpoint as string, key, signature } };
}

function unreadable(why: string): LedgerLine {
  return { kind: 'unreadable', why };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && hexHash.test(value);
}

function isKey(value: unknown): value is { id: string; publicKey: string } {
  if (!isObject(value)) return false;
  const { id, publicKey } = value;
  return typeof id === 'string' && id.length <= 128 && typeof publicKey === 'string' && publicKey.length <= 4096;
}
