import * as z from 'zod';
import { AnyResult, Day, ListQuery, ResultCounts, Severity, Owner, Time } from './shared.ts';

export const BaseState = z.enum(['candidate', 'endorsed', 'deprecated', 'retired']);

/** A base of the organisation's library. */
export const BaseSummary = z.object({
  name: z.string(),
  description: z.string().optional(),
  purpose: z.string(),
  owner: z.string(),
  source: z.string(),
  state: BaseState,
  supportEnd: Day.optional(),
  channels: z.array(z.string()),
  releases: z.int(),
  newest: z
    .object({ digest: z.string(), added: Time, sizeBytes: z.int(), verdict: AnyResult, state: BaseState })
    .optional(),
  /** Images that stand on it, by their verdict, and containers that run from these. */
  children: ResultCounts,
  running: z.int(),
});
export type BaseSummary = z.infer<typeof BaseSummary>;

export const BaseDetail = BaseSummary.extend({
  releaseList: z.array(
    z.object({
      digest: z.string(),
      platform: z.string().optional(),
      reference: z.string(),
      added: Time,
      sizeBytes: z.int(),
      state: BaseState,
      verdict: AnyResult,
      endorsedBy: z.string().optional(),
      endorsedAt: Time.optional(),
      children: z.int(),
    }),
  ),
  history: z.array(
    z.object({
      at: Time,
      by: z.string(),
      what: z.string(),
      release: z.string().optional(),
      why: z.string().optional(),
    }),
  ),
  /** At most 500; the images page with `?base=` has them all. */
  childList: z.array(
    z.object({
      digest: z.string(),
      name: z.string(),
      release: z.string().optional(),
      verdict: AnyResult,
      running: z.int(),
    }),
  ),
});
export type BaseDetail = z.infer<typeof BaseDetail>;

export const ImpactQuery = ListQuery.extend({
  /** CVE or other advisory id, `package`, `package@version`, purl, digest or name of a base. */
  q: z.string().trim().min(1).max(512),
});
export type ImpactQuery = z.infer<typeof ImpactQuery>;

export const ImpactPackage = z.object({
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  owner: Owner,
  severity: Severity.optional(),
  fixedIn: z.string().optional(),
});

/**
 * Whom something reaches. Images come in pages, those of which most runs first; containers are 100 at most; everything else, `totals` among it, counts
 * all of them on every page.
 */
export const Impact = z.object({
  query: z.string(),
  kind: z.enum(['advisory', 'package', 'digest', 'base']),
  advisories: z.array(
    z.object({
      id: z.string(),
      aliases: z.array(z.string()),
      title: z.string().optional(),
      severity: Severity.optional(),
      exploitedSince: Day.optional(),
    }),
  ),
  bases: z.array(
    z.object({
      name: z.string(),
      owner: z.string().optional(),
      state: BaseState.optional(),
      images: z.int(),
      running: z.int(),
    }),
  ),
  images: z.array(
    z.object({
      digest: z.string(),
      name: z.string(),
      team: z.string().optional(),
      verdict: AnyResult,
      base: z.string().optional(),
      /** `base`: it is inherited; `app`: it was built on top. */
      via: Owner,
      packages: z.array(ImpactPackage),
      running: z.int(),
    }),
  ),
  containers: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      host: z.string(),
      environment: z.string().optional(),
      image: z.string(),
    }),
  ),
  owners: z.array(
    z.object({
      name: z.string(),
      images: z.int(),
      running: z.int(),
      /** A team that images were sent with: they are listed by it. */
      isTeam: z.boolean(),
    }),
  ),
  totals: z.object({ images: z.int(), containers: z.int(), records: z.int() }),
  /** Where the next page of images begins; absent at the end. */
  next: z.string().optional(),
  /** What keeps the answer from being whole. */
  caveats: z.array(z.string()),
});
export type Impact = z.infer<typeof Impact>;

/** A group of hits; `id` is what stands in an address. */
export const SearchAnswer = z.object({
  query: z.string(),
  groups: z.array(
    z.object({
      kind: z.enum(['images', 'findings', 'packages', 'containers', 'workloads', 'people', 'bases', 'policies']),
      items: z.array(z.object({ id: z.string(), name: z.string(), detail: z.string().optional() })),
    }),
  ),
});
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const SearchQuery = z.object({ q: z.string().trim().min(1).max(256) });
