import {
  exportLedger,
  type ExportedLedger,
  type ExportFormat,
  type ExportSink,
  ledgerSigner,
  openFileSink,
  type OpenSink,
  openSyslogSink,
  openWebhookSink,
  readExportCursor,
  writeExportCursor,
} from '../flows/ledger/index.ts';
import { engine } from '../flows/engine.ts';
import { CodedError } from '../model/index.ts';
import { countBefore, ledgerState, openStore, type Store } from '../server-store/index.ts';
import type { Io } from './io.ts';
import { type StoreFlags, storeOptions } from './store-options.ts';

export interface ExportFlags extends StoreFlags {
  readonly format: ExportFormat;
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
  readonly webhook?: string;
  readonly webhookToken?: string;
  readonly syslog?: string;
  readonly cursor?: string;
  readonly key?: string;
}

/** How many are written to a file before the cursor moves, since that waits for the disk. */
const entriesPerCursor = 5000;

/** What `plimsoll ledger export` does; in a file of its own so that PostgreSQL's client is only loaded when it runs. */
export async function runLedgerExport(flags: ExportFlags, io: Io): Promise<void> {
  const store = await openStore(storeOptions(flags));
  try {
    await exportTo(store, flags, io);
  } finally {
    await store.close();
  }
}

async function exportTo(store: Store, flags: ExportFlags, io: Io): Promise<void> {
  const { cursor: cursorFile, key, format } = flags;
  const cursor = cursorFile === undefined ? undefined : readExportCursor(cursorFile);
  const { ledger, size } = await ledgerState(store);
  if (cursor !== undefined && cursor.ledger !== ledger)
    throw new CodedError('ledger-cursor-unusable', `the cursor ${cursorFile} is of another ledger`, {
      hint: 'remove it to export all of this one',
    });
  const after =
    cursor?.sequence ?? (flags.since === undefined ? 0 : await positionOf(store, flags.since, '--since', 1));
  if (cursor !== undefined && after === size) return void io.stderr.write(`nothing new after entry ${size}\n`);
  const until = flags.until === undefined ? undefined : await positionOf(store, flags.until, '--until', 0);
  const signing = { env: io.env, signal: io.signal };
  const signer =
    format === 'jsonl'
      ? await ledgerSigner(
          { ...(key === undefined ? {} : { key }), ...(flags.databaseUrl === undefined ? { folder: flags.data } : {}) },
          signing,
        )
      : undefined;
  const sink = await openSink(flags, io, cursor?.bytes ?? 0);
  try {
    let unsaved = 0;
    const take: ExportSink['take'] = async (part) => {
      await sink.take(part);
      unsaved += part.entries;
      // A file of JSON lines ends with its end alone: the cursor moves once it is whole.
      if (cursorFile === undefined || format === 'jsonl') return;
      if (flags.output !== undefined && unsaved < entriesPerCursor) return;
      unsaved = 0;
      await sink.flush();
      writeExportCursor(cursorFile, { ledger, sequence: part.sequence, bytes: sink.bytes });
    };
    const exported = await exportLedger(
      store,
      { take },
      {
        format,
        after,
        version: engine.split(' ')[1]!,
        signal: io.signal,
        ...(until === undefined ? {} : { until: Math.max(after, until) }),
        ...(signer === undefined ? {} : { signer }),
      },
    );
    await sink.flush();
    if (cursorFile !== undefined) writeExportCursor(cursorFile, { ledger, sequence: exported.last, bytes: sink.bytes });
    say(exported, flags, io);
  } finally {
    await sink.close();
  }
}

async function openSink(flags: ExportFlags, io: Io, keepBytes: number): Promise<OpenSink> {
  const { output, webhook, webhookToken, syslog } = flags;
  if (syslog !== undefined) return openSyslogSink(syslog, { signal: io.signal });
  if (webhook !== undefined)
    return openWebhookSink(webhook, {
      env: io.env,
      signal: io.signal,
      ...(webhookToken === undefined ? {} : { token: webhookToken }),
    });
  if (output !== undefined) return openFileSink(output, { keepBytes });
  const take: OpenSink['take'] = ({ text }) =>
    new Promise((resolve, reject) => {
      io.stdout.write(text, (error) => (error === undefined || error === null ? resolve() : reject(error)));
    });
  return { bytes: 0, take, flush: () => Promise.resolve(), close: () => Promise.resolve() };
}

/** The number of the last entry before a time, or before the entry that is named. */
async function positionOf(store: Store, text: string, flag: string, less: number): Promise<number> {
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text) - less;
  const time = new Date(text);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new CodedError(
      'usage',
      `${flag} takes a time as 2026-11-26 or 2026-11-26T08:00:00Z, or a number, not "${text}"`,
      {
        kind: 'usage',
      },
    );
  return countBefore(store, time);
}

function say({ entries, last, isCovered }: ExportedLedger, flags: ExportFlags, io: Io): void {
  const where = flags.webhook ?? flags.syslog ?? flags.output;
  if (where !== undefined) io.stderr.write(`${entries} entries up to ${last} written to ${where}\n`);
  if (flags.format === 'jsonl' && !isCovered)
    io.stderr.write('no signed tree head covers the last of them, so verify cannot tell: --key names what signs\n');
}
