import * as z from 'zod';
import { AnyResult, Digest, ListQuery, Result, Time } from './shared.ts';

export const PolicySummary = z.object({
  name: z.string(),
  version: z.int(),
  digest: z.string(),
  scopes: z.array(z.string()),
  /** The policy that images are judged by. */
  active: z.boolean(),
  /** Of the active one: the digest by which verdicts of now name it, with the waivers that were approved. */
  judgedAs: z.object({ digest: z.string(), waivers: z.int() }).optional(),
  writtenBy: z.string(),
  writtenAt: Time,
  why: z.string().optional(),
});
export type PolicySummary = z.infer<typeof PolicySummary>;

export const PolicyDetail = PolicySummary.extend({ text: z.string() });
export type PolicyDetail = z.infer<typeof PolicyDetail>;

/** With `If-Match` of what was read; without it only where the policy is new. */
export const PolicyChange = z.object({
  text: z
    .string()
    .min(1)
    .max(1 << 20),
  why: z.string().trim().min(1).max(4096),
});
export type PolicyChange = z.infer<typeof PolicyChange>;

export const PolicyText = z.object({ text: z.string().max(1 << 20) });

export const PolicyCheck = z.object({
  errors: z.array(z.object({ line: z.int(), column: z.int(), message: z.string(), hint: z.string().optional() })),
  scopes: z.array(z.string()),
});
export type PolicyCheck = z.infer<typeof PolicyCheck>;

export const SimulationRequest = PolicyText.extend({ sinceDays: z.int().min(1).max(365).default(30) });

export const Simulation = z.object({
  stopped: z.int(),
  released: z.int(),
  unchanged: z.int(),
  /** What stopping them would have cost. */
  cost: z.object({
    images: z.int(),
    containers: z.int(),
    workloads: z.int(),
    teams: z.array(z.string()),
    owners: z.array(z.string()),
    /** Containers that ran in these days, those that have ended too, and those of them that started then. */
    ran: z.int(),
    started: z.int(),
    /** Of the vulnerabilities that stop them: whether there is a fix, and the days until it was there, of the one in the middle. */
    fixes: z.object({ fixed: z.int(), unfixed: z.int(), medianDays: z.number().nullable() }),
  }),
  /** What changes, what runs first; at most 500. */
  list: z.array(
    z.object({
      image: Digest,
      name: z.string(),
      scope: z.string(),
      from: AnyResult,
      to: Result,
      why: z.string(),
      running: z.int(),
    }),
  ),
});
export type Simulation = z.infer<typeof Simulation>;

export const WaiverState = z.enum(['requested', 'approved', 'refused', 'withdrawn', 'expired']);

export const Waiver = z.object({
  id: z.string(),
  state: WaiverState,
  /** YAML, as it stands in a policy. */
  text: z.string(),
  owner: z.string(),
  reason: z.string(),
  expires: Time.optional(),
  image: z.string().optional(),
  imageName: z.string().optional(),
  finding: z.string().optional(),
  /** What it is about, as its text says. */
  about: z.object({
    rule: z.string().optional(),
    finding: z.string().optional(),
    package: z.string().optional(),
    path: z.string().optional(),
    scope: z.string().optional(),
  }),
  requestedBy: z.string(),
  /** It was you who asked, by whatever log-in or token: somebody else approves it. */
  isYours: z.boolean(),
  requestedAt: Time,
  decidedBy: z.string().optional(),
  decidedAt: Time.optional(),
  decision: z.string().optional(),
  /** Violations that it covers now. */
  covers: z.int(),
});
export type Waiver = z.infer<typeof Waiver>;

export const WaiverQuery = ListQuery.extend({ state: WaiverState.optional(), image: z.string().max(256).optional() });

export const WaiverRequest = z.object({
  /** The YAML that a violation carries. */
  text: z.string().min(1).max(65_536),
  reason: z.string().trim().min(1).max(4096),
  image: Digest.optional(),
  finding: z.string().max(256).optional(),
  expires: z.string().max(64).optional(),
});
export type WaiverRequest = z.infer<typeof WaiverRequest>;
