import * as z from 'zod';
import { Actor, Digest, ListQuery, Time } from './shared.ts';
import { ScopeVerdict } from './images.ts';

export const JobState = z.enum(['queued', 'running', 'done', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

export const JobProgress = z.object({
  /** `waiting`, `image`, `layers`, `record`, `advisories`, `judging`, `keeping` */
  stage: z.string(),
  doneBytes: z.int(),
  totalBytes: z.int().optional(),
});
export type JobProgress = z.infer<typeof JobProgress>;

/** A scan that the server does. */
export const Job = z.object({
  id: z.string(),
  state: JobState,
  reference: z.string(),
  platform: z.string().optional(),
  progress: JobProgress,
  /** How often it was begun: more than once where a server went away meanwhile. */
  tries: z.int(),
  /** The record's digest, once it is kept. */
  image: Digest.optional(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).optional(),
  requestedBy: Actor,
  requestedAt: Time,
  startedAt: Time.optional(),
  endedAt: Time.optional(),
});
export type Job = z.infer<typeof Job>;

export const ScanRequest = z.object({
  /** As `plimsoll scan` takes it: `cart:1.8.2`, `registry:…`, `docker:…`. Paths on the server's disk are refused. */
  reference: z.string().trim().min(1).max(1024),
  platform: z.string().max(64).optional(),
  team: z.string().max(256).optional(),
  /** Name of the engine or registry by whose log-in it is opened; absent: as the server's machine is set up. */
  source: z.string().max(256).optional(),
});
export type ScanRequest = z.infer<typeof ScanRequest>;

export const ScanQuery = ListQuery.extend({ state: JobState.optional() });

/** A record that was made elsewhere (docs/formats/record.md). */
export const RecordUpload = z.object({
  record: z.looseObject({ schemaVersion: z.string(), image: z.looseObject({ digest: Digest }) }),
  reference: z.string().trim().min(1).max(1024),
  team: z.string().max(256).optional(),
});
export type RecordUpload = z.infer<typeof RecordUpload>;

export const RecordAnswer = z.object({ image: Digest, isNew: z.boolean(), verdicts: z.array(ScopeVerdict) });
export type RecordAnswer = z.infer<typeof RecordAnswer>;
