import * as z from 'zod';
import { Actor, ListQuery, Time } from './shared.ts';

export const LedgerEntry = z.object({
  sequence: z.int(),
  time: Time,
  actor: Actor,
  action: z.string(),
  subject: z.object({ kind: z.string(), name: z.string() }),
  from: z.string().optional(),
  why: z.string().optional(),
  happenedAt: Time.optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  previous: z.string(),
  hash: z.string(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const LedgerQuery = ListQuery.extend({
  /** The one entry with that number: what an address of it leads to, however long the ledger is. */
  sequence: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  actorKind: z.enum(['human', 'automation']).optional(),
  actor: z.string().max(1024).optional(),
  /** An action, or the beginning of one with a dot at its end: `policy.` */
  action: z.string().max(64).optional(),
  subject: z.string().max(1024).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  until: z.iso.datetime({ offset: true }).optional(),
});

/** A long ledger is checked in parts, one request each. */
export const LedgerProofQuery = z.object({
  /** Entries before these were checked by another request: the `next` of its answer. */
  after: z.coerce.number().int().min(0).default(0),
  /** Most entries to check now. */
  most: z.coerce.number().int().min(1).max(1_000_000).default(250_000),
});

/** The chain and its heads, checked now from the entry that was asked for on. */
export const LedgerProof = z.object({
  ledger: z.string(),
  result: z.enum(['intact', 'broken', 'cannot-tell']),
  entries: z.int(),
  /** What is wrong, in order; the first entry that it concerns. */
  faults: z.array(z.object({ entry: z.int().optional(), what: z.string() })),
  root: z.string(),
  lastHash: z.string(),
  head: z.object({ size: z.int(), key: z.string(), checkpoint: z.string(), signature: z.string() }).optional(),
  checkedAt: Time,
  /** Ask again with it as `after`: there are more entries. */
  next: z.int().optional(),
});
export type LedgerProof = z.infer<typeof LedgerProof>;

export const LedgerExportQuery = z.object({
  format: z.enum(['jsonl', 'cef', 'cloudevents']).default('jsonl'),
  after: z.coerce.number().int().min(0).default(0),
});
