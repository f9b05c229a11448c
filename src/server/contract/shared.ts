import * as z from 'zod';

/** `sha256:` and 64 hex digits: always whole. */
export const Digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'a digest is sha256: and 64 hex digits');

/** RFC 3339 in UTC, with milliseconds. */
export const Time = z.string();

/** `YYYY-MM-DD` */
export const Day = z.string();

export const Severity = z.enum(['critical', 'high', 'medium', 'low', 'negligible', 'unknown']);
export type Severity = z.infer<typeof Severity>;

export const Result = z.enum(['pass', 'fail', 'cannot-tell']);
export type Result = z.infer<typeof Result>;

/** As a verdict, and `unknown` for an image that has no record or was never judged. */
export const AnyResult = z.enum(['pass', 'fail', 'cannot-tell', 'unknown']);
export type AnyResult = z.infer<typeof AnyResult>;

export const Owner = z.enum(['base', 'app']);
export type Owner = z.infer<typeof Owner>;

export const SeverityCounts = z.object({
  critical: z.int(),
  high: z.int(),
  medium: z.int(),
  low: z.int(),
  negligible: z.int(),
  unknown: z.int(),
});
export type SeverityCounts = z.infer<typeof SeverityCounts>;

/** How many of each result. */
export const ResultCounts = z.object({ pass: z.int(), fail: z.int(), cannotTell: z.int(), unknown: z.int() });
export type ResultCounts = z.infer<typeof ResultCounts>;

/** Who did something, and how that is known. */
export const Actor = z.object({ kind: z.enum(['human', 'automation']), name: z.string(), known: z.string() });
export type Actor = z.infer<typeof Actor>;

/** Where in the image something lies. */
export const Place = z.object({
  path: z.string().optional(),
  innerPath: z.string().optional(),
  line: z.int().optional(),
  configuration: z.string().optional(),
  layer: z.int().optional(),
  owner: Owner,
  instruction: z.string().optional(),
  deletedIn: z.int().optional(),
});
export type Place = z.infer<typeof Place>;

/** What every list takes. `cursor` is the `next` of the page before. */
export const ListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  cursor: z.string().max(4096).optional(),
});
export type ListQuery = z.infer<typeof ListQuery>;

/** A switch in an address: `?running=true`. */
export const Flag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Part of a long list; no `next`: that was the end. */
export interface PageOf<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** `{ items, next? }` of something. */
export function pageOf<Item extends z.ZodType>(
  item: Item,
): z.ZodObject<{ items: z.ZodArray<Item>; next: z.ZodOptional<z.ZodString> }> {
  return z.object({ items: z.array(item), next: z.string().optional() });
}

/** Every error (RFC 9457), with our stable code and what to do about it. */
export const ProblemDetails = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  /** Stable; docs/errors.md lists them. */
  code: z.string(),
  hint: z.string().optional(),
  /** Of a body or a query that is not of the asked form. */
  errors: z.array(z.object({ where: z.string(), what: z.string() })).optional(),
  requestId: z.string(),
});
export type ProblemDetails = z.infer<typeof ProblemDetails>;

/** What was done needs a reason. */
export const Why = z.object({ why: z.string().trim().min(1).max(4096) });
