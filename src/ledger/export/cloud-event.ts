import type { SealedEntry } from '../entry.ts';

/** An entry as a CloudEvent (CloudEvents 1.0, JSON format). */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** The entry's sequence: with `source` it is unique, so that receivers know what they had before. */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: { readonly entry: SealedEntry['entry']; readonly hash: string };
}

/** @param ledger the ledger's id. */
export function cloudEventOf({ entry, hash }: Pick<SealedEntry, 'entry' | 'hash'>, ledger: string): CloudEvent {
  return {
    specversion: '1.0',
    id: String(entry.sequence),
    source: `https://plimsoll.dev/ledger/${ledger}`,
    type: `dev.plimsoll.${entry.action}`,
    subject: `${entry.subject.kind}/${entry.subject.name}`,
    time: entry.time,
    datacontenttype: 'application/json',
    data: { entry, hash: hash.toString('hex') },
  };
}
