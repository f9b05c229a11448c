import * as z from 'zod';
import { AnyResult, Time } from './shared.ts';
import { Job } from './scans.ts';

/** What happens, as `GET /v1/events` tells it; `Last-Event-ID` resumes. The event's name is its kind. */
export const LiveEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('image'), at: Time, image: z.string(), name: z.string(), verdict: AnyResult }),
  z.object({
    kind: z.literal('verdict'),
    at: Time,
    image: z.string(),
    name: z.string(),
    scope: z.string(),
    from: AnyResult,
    to: AnyResult,
    why: z.string(),
    running: z.int(),
  }),
  z.object({
    kind: z.literal('container'),
    at: Time,
    host: z.string(),
    container: z.string(),
    name: z.string(),
    image: z.string().optional(),
    what: z.enum(['started', 'stopped', 'changed']),
  }),
  z.object({ kind: z.literal('job'), at: Time, job: Job }),
  /** The newest entry, and how many there are since the event before. To those who may read the whole ledger; not resumed. */
  z.object({
    kind: z.literal('ledger'),
    at: Time,
    sequence: z.int(),
    entries: z.int(),
    action: z.string(),
    actor: z.string(),
  }),
  z.object({ kind: z.literal('source'), at: Time, source: z.string(), state: z.string() }),
  z.object({ kind: z.literal('waiver'), at: Time, waiver: z.string(), state: z.string() }),
  z.object({ kind: z.literal('policy'), at: Time, policy: z.string(), version: z.int() }),
  /** The place that was asked for is too long ago: read everything anew. */
  z.object({ kind: z.literal('reset'), at: Time }),
]);
export type LiveEvent = z.infer<typeof LiveEvent>;

export const Advisories = z.object({
  present: z.boolean(),
  databaseDigest: z.string().optional(),
  builtAt: Time.optional(),
  datedBy: z
    .enum(['newest', 'given', 'fetched'])
    .optional()
    .describe('How the date is known: the newest advisory, who imported it, when feeds were fetched.'),
  ageHours: z.number().optional(),
  advisories: z.int().optional(),
  ecosystems: z.array(z.object({ name: z.string(), advisories: z.int() })),
});
export type Advisories = z.infer<typeof Advisories>;

/** What came of an import: the same answer names the images whose verdict turned. */
export const AdvisoryImport = z.object({
  read: z.int(),
  changed: z.int(),
  judged: z.int(),
  turned: z.int(),
  databaseDigest: z.string(),
});
export type AdvisoryImport = z.infer<typeof AdvisoryImport>;
