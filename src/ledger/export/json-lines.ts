import { canonicalJson } from '../canonical-json.ts';
import type { Frontier } from '../merkle/frontier.ts';
import type { SignedTreeHead } from '../tree-head.ts';

/** First line of an exported ledger. */
export interface ExportHeader {
  /** The ledger's id. */
  readonly ledger: string;
  /** What the first entry of this file follows: its hash in hex. */
  readonly previous: string;
  /** The tree over all entries before the first of this file. */
  readonly before: Frontier;
  /** Keys that sign tree heads; who verifies brings their own, or believes these. */
  readonly keys: readonly { readonly id: string; readonly publicKey: string }[];
}

/** What the first line names itself, and the format's version. */
export const formatName = 'plimsoll-ledger';
export const formatVersion = 1;

/** The first line. */
export function headerLine({ ledger, previous, before, keys }: ExportHeader): string {
  return `${canonicalJson({
    format: formatName,
    version: formatVersion,
    ledger,
    after: before.size,
    previous,
    peaks: before.peaks.map((peak) => peak.toString('hex')),
    keys: keys.map(({ id, publicKey }) => ({ id, publicKey })),
  })}\n`;
}

/** An entry: its canonical text as it was hashed, and the hash. */
export function entryLine(text: string, hash: Buffer): string {
  return `{"entry":${text},"hash":"${hash.toString('hex')}"}\n`;
}

/** A signed tree head; stands after the last entry that it covers. */
export function treeHeadLine({ checkpoint, key, signature }: SignedTreeHead): string {
  return `${canonicalJson({ treeHead: { checkpoint, key, signature } })}\n`;
}

/** The last line. @param size entries of the ledger up to here, those before this file among them. */
export function endLine(size: number): string {
  return `{"end":{"size":${size}}}\n`;
}
