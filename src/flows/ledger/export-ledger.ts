import { hostname } from 'node:os';
import {
  cefLine,
  cloudEventOf,
  endLine,
  entryLine,
  headerLine,
  type LedgerEntry,
  treeHeadLine,
} from '../../ledger/index.ts';
import { CodedError } from '../../model/index.ts';
import {
  frontierAt,
  hashAt,
  type HeadSigner,
  type KeptEntry,
  ledgerKeys,
  ledgerState,
  readEntries,
  signTreeHead,
  type Store,
  treeHeads,
} from '../../server-store/index.ts';

export type ExportFormat = 'jsonl' | 'cef' | 'cloudevents';

/** Where exported text goes, a part at a time; `sequence` is the last entry of the part. A part that is taken is not sent again. */
export interface ExportSink {
  take(part: { readonly text: string; readonly sequence: number; readonly entries: number }): Promise<void>;
}

export interface ExportLedgerOptions {
  readonly format: ExportFormat;
  /** The last entry that is not exported; 0 for all. */
  readonly after: number;
  /** The last one that is; absent for all there are now. */
  readonly until?: number;
  /** Signs a head over all of it; without, the export has the heads that are there. */
  readonly signer?: HeadSigner;
  readonly version: string;
  readonly signal: AbortSignal;
}

export interface ExportedLedger {
  readonly ledger: string;
  readonly entries: number;
  readonly last: number;
  /** Whether a signed head covers the last entry. */
  readonly isCovered: boolean;
}

/** Writes entries in their order. Memory does not grow with the ledger. @throws CodedError `ledger-range` */
export async function exportLedger(
  store: Store,
  sink: ExportSink,
  options: ExportLedgerOptions,
): Promise<ExportedLedger> {
  const { ledger, size } = await ledgerState(store);
  if (options.after > size)
    throw new CodedError('ledger-range', `the ledger has ${size} entries: there is nothing after ${options.after}`, {
      hint: 'a cursor of another ledger, or of one that was restored from an older backup',
    });
  const until = Math.min(options.until ?? size, size);
  if (options.signer !== undefined) await signTreeHead(store, options.signer);
  const range = { after: options.after, until };
  const entries =
    options.format === 'jsonl'
      ? await exportJsonLines(store, sink, { ...options, ...range, ledger })
      : await exportEvents(store, sink, { ...options, ...range, ledger });
  const heads = await treeHeads(store, { after: until - 1, until });
  return { ledger, entries, last: until, isCovered: heads.length > 0 || until === 0 };
}

interface Range {
  readonly ledger: string;
  readonly after: number;
  readonly until: number;
  readonly signal: AbortSignal;
}

/** The whole: a header, entries with the heads that cover them, the end. */
async function exportJsonLines(
  store: Store,
  sink: ExportSink,
  { ledger, after, until, signal }: Range,
): Promise<number> {
  // A ledger of nothing has one head, of size 0.
  const heads = [...(await treeHeads(store, { after: after === 0 ? -1 : after, until }))];
  let text = headerLine({
    ledger,
    previous: (await hashAt(store, after))!,
    before: await frontierAt(store, after),
    keys: await ledgerKeys(store),
  });
  const addHeads = (size: number): void => {
    for (; heads.length > 0 && heads[0]!.size <= size; heads.shift()) text += treeHeadLine(heads[0]!);
  };
  addHeads(after);
  for await (const entries of readEntries(store, { after, until })) {
    signal.throwIfAborted();
    for (const { sequence, text: entry, hash } of entries) {
      text += entryLine(entry, hash);
      addHeads(sequence);
    }
    const sequence = entries.at(-1)!.sequence;
    // What is not ended is no export that verifies: the end goes with the last part.
    if (sequence === until) break;
    await sink.take({ text, sequence, entries: entries.length });
    text = '';
  }
  await sink.take({ text: text + endLine(until), sequence: until, entries: until - after });
  return until - after;
}

async function exportEvents(
  store: Store,
  sink: ExportSink,
  { ledger, after, until, signal, format, version }: Range & Pick<ExportLedgerOptions, 'format' | 'version'>,
): Promise<number> {
  const sender = { version, host: hostname(), ledger };
  const lineOf = ({ text, hash }: KeptEntry): string => {
    const sealed = { entry: JSON.parse(text) as LedgerEntry, hash };
    return format === 'cef' ? cefLine(sealed, sender) : JSON.stringify(cloudEventOf(sealed, ledger));
  };
  for await (const entries of readEntries(store, { after, until })) {
    signal.throwIfAborted();
    const text = entries.map((entry) => `${lineOf(entry)}\n`).join('');
    await sink.take({ text, sequence: entries.at(-1)!.sequence, entries: entries.length });
  }
  return until - after;
}
