import * as z from 'zod';
import { AnyResult, Flag, ListQuery, Owner, ResultCounts, Severity, Time } from './shared.ts';

export const Container = z.object({
  id: z.string(),
  name: z.string(),
  /** The host or cluster, by name. */
  host: z.string(),
  hostKind: z.enum(['docker', 'kubernetes', 'containerd']),
  workload: z.object({ id: z.string(), kind: z.string(), name: z.string(), namespace: z.string() }).optional(),
  /** Digest of the record; absent where it is not known which image runs. */
  image: z.string().optional(),
  imageName: z.string(),
  verdict: AnyResult,
  environment: z.string().optional(),
  team: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  since: Time,
  until: Time.optional(),
  lastSeen: Time,
  /** The host has not been heard from for longer than it should. */
  silent: z.boolean(),
});
export type Container = z.infer<typeof Container>;

export const ContainerQuery = ListQuery.extend({
  environment: z.string().max(256).optional(),
  team: z.string().max(256).optional(),
  host: z.string().max(256).optional(),
  image: z.string().max(256).optional(),
  workload: z.string().max(64).optional(),
  verdict: AnyResult.optional(),
  q: z.string().max(256).optional(),
  running: Flag.default(true).describe('false: those that ended, too; default true'),
});

export const Workload = z.object({
  id: z.string(),
  host: z.string(),
  hostKind: z.enum(['docker', 'kubernetes', 'containerd']),
  namespace: z.string(),
  kind: z.string(),
  name: z.string(),
  environment: z.string().optional(),
  team: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  since: Time,
  until: Time.optional(),
  containers: ResultCounts,
  verdict: AnyResult,
});
export type Workload = z.infer<typeof Workload>;

export const WorkloadQuery = ListQuery.extend({
  environment: z.string().max(256).optional(),
  team: z.string().max(256).optional(),
  q: z.string().max(256).optional(),
  running: Flag.default(true).describe('false: those that ended, too; default true'),
});

export const TimelineEvent = z.object({
  at: Time,
  kind: z.enum(['start', 'stop', 'verdict']),
  what: z.string(),
  container: z.string().optional(),
  image: z.string().optional(),
});

export const WorkloadDetail = Workload.extend({ timeline: z.array(TimelineEvent), current: z.array(Container) });
export type WorkloadDetail = z.infer<typeof WorkloadDetail>;

export const SourceKind = z.enum(['docker', 'kubernetes', 'containerd', 'registry']);

/** Where the server learns what runs or what there is. What it needs to log in is never in an answer. */
export const Source = z.object({
  id: z.string(),
  kind: SourceKind,
  name: z.string(),
  /** `unix:///var/run/docker.sock`, `https://10.0.0.1:2376`, `registry.example.com` */
  address: z.string(),
  environment: z.string().optional(),
  team: z.string().optional(),
  enabled: z.boolean(),
  /** Names of the secrets that are set: `token`, `password`, `clientKey` … */
  secrets: z.array(z.string()),
  state: z.enum(['new', 'connected', 'failing', 'silent', 'off']),
  /** Why it fails. */
  message: z.string().optional(),
  lastSeen: Time.optional(),
  containers: z.int(),
  addedAt: Time,
});
export type Source = z.infer<typeof Source>;

const SourceSecrets = z.record(z.string().regex(/^[a-zA-Z]{1,32}$/), z.string().max(65_536));

export const NewSource = z.object({
  kind: SourceKind,
  name: z.string().trim().min(1).max(256),
  address: z.string().trim().min(1).max(1024),
  environment: z.string().max(256).optional(),
  team: z.string().max(256).optional(),
  secrets: SourceSecrets.default({}),
});
export type NewSource = z.input<typeof NewSource>;

export const SourceChange = z.object({
  name: z.string().trim().min(1).max(256).optional(),
  address: z.string().trim().min(1).max(1024).optional(),
  environment: z.string().max(256).nullable().optional(),
  team: z.string().max(256).nullable().optional(),
  enabled: z.boolean().optional(),
  /** Those that are named are set; an empty text removes one. */
  secrets: SourceSecrets.optional(),
});
export type SourceChange = z.infer<typeof SourceChange>;

/** What came of notifications that a registry sent. */
export const NotedNotifications = z.object({
  /** Pushes, pulls and deletions of images. */
  events: z.int(),
  /** Images that are to be scanned. */
  wanted: z.int(),
});
export type NotedNotifications = z.infer<typeof NotedNotifications>;

/** A verdict that turned. */
export const Turned = z.object({
  image: z.string(),
  name: z.string(),
  scope: z.string(),
  from: AnyResult,
  to: AnyResult,
  at: Time,
  why: z.string(),
  environments: z.array(z.string()),
  running: z.int(),
});
export type Turned = z.infer<typeof Turned>;

export const Fleet = z.object({
  environments: z.array(
    z.object({ name: z.string(), containers: ResultCounts, workloads: ResultCounts, hosts: z.int() }),
  ),
  /** What turned in the last 24 hours, newest first, at most 100. */
  turned: z.array(Turned),
  /** What has been open longest where it could be mended, by owner. */
  oldest: z.array(
    z.object({
      owner: z.string(),
      layer: Owner,
      finding: z.string(),
      severity: Severity,
      firstSeen: Time,
      firstFixable: Time.optional(),
      images: z.int(),
      running: z.int(),
    }),
  ),
  coverage: z.object({
    sources: z.array(z.object({ name: z.string(), kind: SourceKind, lastSeen: Time.optional(), silent: z.boolean() })),
    /** Images that run: with and without record. */
    images: z.object({ known: z.int(), unknown: z.int() }),
  }),
  /** The last 30 days, oldest first. */
  trend: z.array(ResultCounts.extend({ day: z.string() })),
  /** What there is at all: an empty page says what to do next by it. */
  totals: z.object({ images: z.int(), containers: z.int(), sources: z.int(), policies: z.int() }),
});
export type Fleet = z.infer<typeof Fleet>;

export const FleetQuery = z.object({ environment: z.string().max(256).optional() });
