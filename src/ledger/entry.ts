import { hash } from 'node:crypto';
import { CodedError } from '../model/index.ts';
import type { LedgerAction } from './actions.ts';
import { canonicalJson, type JsonValue } from './canonical-json.ts';
import { leafHash } from './merkle/hashes.ts';

/** Who did something. */
export interface LedgerActor {
  readonly kind: 'human' | 'automation';
  /** An address, an account, a service: as whoever knows the actor calls it. */
  readonly name: string;
  /** How that is known: `oidc:https://accounts.example.com`, `token:ci-main`, `mtls:node-7`, `local-user`. */
  readonly known: string;
}

/** The server itself: what it does by nobody's word. */
export const serverActor: LedgerActor = { kind: 'automation', name: 'plimsoll', known: 'server' };

/** What happened, as whoever saw it tells the ledger. */
export interface LedgerEvent {
  readonly actor: LedgerActor;
  readonly action: LedgerAction;
  /** What it was done to: an image by its digest, a policy by its name, … */
  readonly subject: { readonly kind: string; readonly name: string };
  /** The address, host or program from where. */
  readonly from?: string;
  /** The reason that was given. */
  readonly why?: string;
  /** RFC 3339: when it happened, where that is not when the ledger heard of it. */
  readonly happenedAt?: string;
  readonly details?: { readonly [name: string]: JsonValue | undefined };
}

/** An event in its place in the ledger. */
export interface LedgerEntry extends Omit<LedgerEvent, 'action'> {
  /** Two or more words, each a-z, 0-9 and -, joined by dots. Another version may have written one that this one does not know. */
  readonly action: string;
  /** 1 for the first, without gaps. */
  readonly sequence: number;
  /** RFC 3339 with milliseconds: when the ledger took it; never before that of the entry before it. */
  readonly time: string;
  /** Hash of the entry before it, in hex; of the first, `originHash` of the ledger. */
  readonly previous: string;
}

/** An entry as it is kept: the canonical JSON that was hashed, and its hash. */
export interface SealedEntry {
  readonly entry: LedgerEntry;
  readonly text: string;
  /** The Merkle tree's leaf hash of the text (RFC 6962 § 2.1). */
  readonly hash: Buffer;
}

/** Longest event, in UTF-8 bytes of its canonical JSON. */
const longestEventBytes = 64 << 10;

const actionShape = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)+$/;
const limits = { action: 64, kind: 64, name: 1024, known: 256, from: 256, why: 4096 } as const;

/**
 * What the ledger takes: every text has an upper bound and is not empty, so that one caller can't fill it.
 * @throws CodedError `ledger-entry-refused`.
 */
function checkEvent(event: LedgerEvent): void {
  const { actor, action, subject } = event;
  if (actor.kind !== 'human' && actor.kind !== 'automation') throw refused('actor.kind must be human or automation');
  if (!actionShape.test(action) || action.length > limits.action)
    throw refused(`action must be words joined by dots, as policy.change, not ${JSON.stringify(action.slice(0, 80))}`);
  checkText('actor.name', actor.name, limits.name);
  checkText('actor.known', actor.known, limits.known);
  checkText('subject.kind', subject.kind, limits.kind);
  checkText('subject.name', subject.name, limits.name);
  if (event.from !== undefined) checkText('from', event.from, limits.from);
  if (event.why !== undefined) checkText('why', event.why, limits.why);
  if (event.happenedAt !== undefined && Number.isNaN(Date.parse(event.happenedAt)))
    throw refused('happenedAt must be a time in RFC 3339');
}

/** An event that the ledger takes: all of its canonical JSON but its place. */
export interface PreparedEvent {
  readonly event: LedgerEvent;
  /** Up to the place. The members that say the place sort behind all of these … */
  readonly head: string;
  /** … and before the subject; `time` comes between that and the reason. */
  readonly subject: string;
  readonly why: string;
  /** About how many. */
  readonly bytes: number;
}

/** Checks and writes down what does not depend on the place. @throws CodedError `ledger-entry-refused` */
export function prepareEvent(event: LedgerEvent): PreparedEvent {
  checkEvent(event);
  const { actor, action, subject, from, why, happenedAt, details } = event;
  // Members in their canonical order; what checkEvent has read needs no look at its kind.
  const prepared = {
    event,
    head:
      `"action":"${action}","actor":{"kind":"${actor.kind}","known":${canonicalJson(actor.known)},"name":${canonicalJson(actor.name)}}` +
      member('details', details) +
      member('from', from) +
      member('happenedAt', happenedAt),
    subject: `{"kind":${canonicalJson(subject.kind)},"name":${canonicalJson(subject.name)}}`,
    why: member('why', why),
  };
  const bytes = prepared.head.length + prepared.subject.length + prepared.why.length;
  // A UTF-16 code unit takes at most three bytes: only what may be too long is counted.
  if (bytes * 3 > longestEventBytes && byteLength(prepared) > longestEventBytes)
    throw refused(`it has ${byteLength(prepared)} bytes; the most is ${longestEventBytes}`);
  return { ...prepared, bytes };
}

function member(name: string, value: JsonValue | undefined): string {
  return value === undefined ? '' : `,"${name}":${canonicalJson(value)}`;
}

function byteLength({
  head,
  subject,
  why,
}: {
  readonly head: string;
  readonly subject: string;
  readonly why: string;
}): number {
  return Buffer.byteLength(head) + Buffer.byteLength(subject) + Buffer.byteLength(why);
}

/** Gives an event its place. */
export function sealEntry(
  { event, head, subject, why }: PreparedEvent,
  place: { readonly sequence: number; readonly time: string; readonly previous: string },
): SealedEntry {
  const { sequence, time, previous } = place;
  const text = `{${head},"previous":"${previous}","sequence":${sequence},"subject":${subject},"time":"${time}"${why}}`;
  return { entry: { ...event, ...place }, text, hash: leafHash(text) };
}

/** What the first entry follows: binds the chain to this ledger and no other. */
export function originHash(ledger: string): string {
  return hash('sha256', `plimsoll ledger ${ledger}`, 'hex');
}

function checkText(what: string, text: unknown, longest: number): void {
  if (typeof text !== 'string' || text === '' || text.length > longest)
    throw refused(`${what} must be text of 1 to ${longest} characters`);
}

function refused(why: string): CodedError {
  return new CodedError('ledger-entry-refused', `the ledger does not take this entry: ${why}`);
}
