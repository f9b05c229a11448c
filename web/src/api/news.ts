import type { LiveEvent } from './contract.ts';

/**
 * What came since a list was read, by what it is about: a scan that tells of its progress ten times is one thing, and one that the
 * list shows already is none.
 */

export type LiveKind = LiveEvent['kind'];

/** `running-verdict`: verdicts that turned on what runs. */
export type NewsKind = LiveKind | 'running-verdict';

export interface News {
  /** What was not there before. */
  readonly added: number;
  /** What was there, and is otherwise now. */
  readonly changed: number;
  /** Events may have been missed. */
  readonly isUnsure: boolean;
}

interface Note {
  readonly kind: LiveKind;
  readonly runs: boolean;
  /** When it came to be, if that was told. */
  readonly addedAt: number | undefined;
  readonly count: number;
  readonly at: number;
}

/** Who leaves a page open for a week reads it anew: more than this is not told apart. */
const mostNotes = 10_000;
const notes = new Map<string, Note>();
let gapAt = 0;

export function noteNews(event: LiveEvent, now = Date.now()): void {
  const key = keyOf(event);
  if (key === undefined) return;
  const known = notes.get(key);
  notes.delete(key);
  const addedAt = isAddition(event) ? now : known?.addedAt;
  const runs = event.kind === 'verdict' ? event.running > 0 : known?.runs === true;
  notes.set(key, { kind: event.kind, runs, addedAt, count: event.kind === 'ledger' ? event.entries : 1, at: now });
  if (notes.size > mostNotes) notes.delete(notes.keys().next().value!);
}

/** Events were missed that nobody tells any more. */
export function noteGap(now = Date.now()): void {
  gapAt = now;
}

/** Of these kinds, since then (milliseconds). */
export function newsSince(kinds: readonly NewsKind[], since: number): News {
  let added = 0;
  let changed = 0;
  for (const { kind, runs, addedAt, count, at } of notes.values()) {
    if (at < since) continue;
    const isOfRunning = runs && kinds.includes('running-verdict');
    if (!isOfRunning && !kinds.includes(kind)) continue;
    // What began and changed since is new to whoever read before it began.
    if (addedAt !== undefined && addedAt >= since && kinds.includes(kind)) added += count;
    else changed += count;
  }
  return { added, changed, isUnsure: gapAt >= since };
}

function keyOf(event: LiveEvent): string | undefined {
  switch (event.kind) {
    case 'image':
    case 'verdict':
      // A scan of it tells of both.
      return `image/${event.image}`;
    case 'container':
      return `container/${event.host}/${event.container}`;
    case 'job':
      return `job/${event.job.id}`;
    case 'ledger':
      return `ledger/${event.sequence}`;
    case 'waiver':
      return `waiver/${event.waiver}`;
    default:
      return undefined;
  }
}

function isAddition(event: LiveEvent): boolean {
  switch (event.kind) {
    case 'container':
      return event.what === 'started';
    case 'waiver':
      return event.state === 'requested';
    case 'verdict':
      return false;
    default:
      return true;
  }
}
