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

const DatedBy = z
  .enum(['newest', 'given', 'fetched'])
  .describe('How the date is known: the newest advisory, who imported it, when feeds were fetched.');

export const Advisories = z.object({
  present: z.boolean(),
  databaseDigest: z.string().optional(),
  builtAt: Time.optional(),
  datedBy: DatedBy.optional(),
  ageHours: z.number().optional(),
  advisories: z.int().optional(),
  ecosystems: z.array(z.object({ name: z.string(), advisories: z.int() })),
});
export type Advisories = z.infer<typeof Advisories>;

/** Up to when what is imported tells, where whoever sends it knows: else the newest advisory dates it, or what was said before. */
export const ImportQuery = z.object({
  builtAt: z
    .string()
    .regex(
      /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/,
      'a day or a time with its zone (RFC 3339)',
    )
    .refine((text) => !Number.isNaN(Date.parse(text)), 'there is no such day')
    .optional(),
});

/** What came of an import: the same answer names the images whose verdict turned. */
export const AdvisoryImport = z.object({
  read: z.int(),
  changed: z.int(),
  judged: z.int(),
  turned: z.int(),
  databaseDigest: z.string(),
  /** The date of the database now, and how it is known. */
  builtAt: Time,
  datedBy: DatedBy.optional(),
});
export type AdvisoryImport = z.infer<typeof AdvisoryImport>;
