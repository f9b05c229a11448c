import * as z from 'zod';
import {
  AnyResult,
  Day,
  Digest,
  ListQuery,
  Flag,
  Owner,
  Place,
  Result,
  Severity,
  SeverityCounts,
  Time,
} from './shared.ts';

/** What an image was judged to be in one scope. */
export const ScopeVerdict = z.object({
  scope: z.string(),
  result: Result,
  /** Since when it is that. */
  since: Time,
  judgedAt: Time,
  policy: z.object({ name: z.string(), digest: z.string() }),
  violations: z.int(),
});
export type ScopeVerdict = z.infer<typeof ScopeVerdict>;

export const ImageBase = z.object({
  name: z.string().optional(),
  digest: z.string().optional(),
  state: z.enum(['candidate', 'endorsed', 'deprecated', 'retired']).optional(),
});

export const ImageSummary = z.object({
  digest: Digest,
  name: z.string(),
  references: z.array(z.string()),
  platform: z.string().optional(),
  os: z.string().optional(),
  /** The worst of its scopes. */
  verdict: AnyResult,
  verdicts: z.array(ScopeVerdict),
  findings: SeverityCounts,
  base: ImageBase.optional(),
  owner: z.string().optional(),
  team: z.string().optional(),
  sizeBytes: z.int(),
  layers: z.int(),
  packages: z.int(),
  problems: z.int(),
  /** Containers that run from it now. */
  running: z.int(),
  keptAt: Time,
  judgedAt: Time.optional(),
  /** Where it was judged by an older advisory database than there is now. */
  stale: z.object({ databaseAgeHours: z.number() }).optional(),
});
export type ImageSummary = z.infer<typeof ImageSummary>;

export const ImageLayer = z.object({
  index: z.int(),
  diffId: z.string(),
  digest: z.string().optional(),
  sizeBytes: z.int(),
  instruction: z.string().optional(),
  fromBase: z.boolean(),
  packages: z.int(),
  executables: z.int(),
  findings: z.int(),
  /** The gravest of its findings. */
  worst: Severity.optional(),
});
export type ImageLayer = z.infer<typeof ImageLayer>;

export const Mend = z.object({ command: z.string(), closes: z.int(), owner: z.enum(['base', 'app', 'image']) });
export type Mend = z.infer<typeof Mend>;

/** As the image's configuration says; secrets in values are redacted. */
export const ImageConfiguration = z.object({
  user: z.string().optional(),
  entrypoint: z.array(z.string()).optional(),
  cmd: z.array(z.string()).optional(),
  workingDir: z.string().optional(),
  env: z.array(z.string()),
  exposedPorts: z.array(z.string()),
  volumes: z.array(z.string()),
  stopSignal: z.string().optional(),
  healthcheck: z.array(z.string()).optional(),
  shell: z.array(z.string()).optional(),
});

export const TagLife = z.object({ repository: z.string(), tag: z.string(), since: Time, until: Time.optional() });

export const ImageProblem = z.object({
  code: z.string(),
  message: z.string(),
  path: z.string().optional(),
  layer: z.int().optional(),
  source: z.string(),
  hides: z.string(),
});

export const ImageDetail = ImageSummary.extend({
  engine: z.string(),
  created: z.string().optional(),
  configDigest: z.string().optional(),
  layerList: z.array(ImageLayer),
  /** Ranked by how many violations they close. */
  mends: z.array(Mend),
  configuration: ImageConfiguration,
  labels: z.record(z.string(), z.string()),
  tags: z.array(TagLife),
  problemList: z.array(ImageProblem),
  operatingSystem: z
    .object({ name: z.string().optional(), version: z.string().optional(), supportEnd: Day.optional() })
    .optional(),
  baseKnown: z.string().optional(),
  advisories: z.object({ databaseDigest: z.string(), builtAt: Time }).optional(),
  /** Bytes that a container sees, and that upper layers hid. */
  statistics: z.object({
    visibleBytes: z.int(),
    hiddenBytes: z.int(),
    visibleFiles: z.int(),
    filesSearchedForSecrets: z.int(),
  }),
});
export type ImageDetail = z.infer<typeof ImageDetail>;

export const imageSorts = ['kept', '-kept', 'name', '-name', 'size', '-size', 'verdict', '-verdict'] as const;

export const ImageQuery = ListQuery.extend({
  /** Part of the name, a reference or the beginning of the digest. */
  q: z.string().max(256).optional(),
  verdict: AnyResult.optional(),
  /** Name or digest of the base. */
  base: z.string().max(256).optional(),
  team: z.string().max(256).optional(),
  environment: z.string().max(256).optional(),
  /** Advisory id or id of a finding. */
  finding: z.string().max(256).optional(),
  /** Name of a package, or `name@version`. */
  package: z.string().max(256).optional(),
  running: Flag.optional(),
  sort: z.enum(imageSorts).default('-kept'),
});
export type ImageQuery = z.infer<typeof ImageQuery>;

export const Violation = z.object({
  id: z.string(),
  rule: z.string(),
  findingId: z.string().optional(),
  severity: Severity.optional(),
  what: z.string(),
  why: z.string(),
  owner: z.enum(['base', 'app', 'image']),
  mend: z.string().optional(),
  place: Place.optional(),
  /** The YAML of a waiver to ask for. */
  waiver: z.string(),
});
export type Violation = z.infer<typeof Violation>;

/** A verdict whole, as `plimsoll scan --format json` has it. */
export const Verdict = z.object({
  result: Result,
  imageDigest: z.string(),
  policy: z.object({ name: z.string(), digest: z.string() }),
  scope: z.string(),
  databaseDigest: z.string().optional(),
  vexDigest: z.string().optional(),
  evidenceDigest: z.string().optional(),
  engine: z.string(),
  rules: z.array(
    z.object({ rule: z.string(), result: Result, effect: z.enum(['fail', 'warn']).optional(), count: z.int() }),
  ),
  violations: z.array(Violation),
  warnings: z.array(Violation),
  doubts: z.array(
    z.object({ rule: z.string(), stops: z.boolean().optional(), what: z.string(), mend: z.string().optional() }),
  ),
  waived: z.array(
    z.object({
      violation: Violation,
      waiver: z.object({ id: z.string(), owner: z.string(), reason: z.string(), expires: z.string().optional() }),
    }),
  ),
  endedWaivers: z.array(z.object({ id: z.string(), why: z.string() })),
});
export type Verdict = z.infer<typeof Verdict>;

export const KeptVerdict = z.object({ since: Time, judgedAt: Time, until: Time.optional(), verdict: Verdict });
export type KeptVerdict = z.infer<typeof KeptVerdict>;

/** A finding of an image, with its life. What only some kinds have is absent for the others. */
export const ImageFinding = z.object({
  id: z.string(),
  kind: z.enum(['vulnerability', 'secret', 'private-key', 'misconfiguration', 'bloat']),
  /** The advisory, the secret's rule, the check, the category. */
  name: z.string(),
  severity: Severity,
  title: z.string(),
  place: Place,
  owner: Owner,
  aliases: z.array(z.string()).optional(),
  packageId: z.string().optional(),
  packageName: z.string().optional(),
  packageVersion: z.string().optional(),
  fix: z
    .object({
      state: z.enum(['fixed', 'not-fixed', 'wont-fix', 'unknown']),
      version: z.string().optional(),
      availableAt: z.string().optional(),
    })
    .optional(),
  cvss: z.object({ version: z.string(), vector: z.string(), score: z.number() }).optional(),
  exploited: z.object({ since: z.string(), due: z.string().optional(), ransomware: z.boolean().optional() }).optional(),
  epss: z.object({ score: z.number(), percentile: z.number() }).optional(),
  published: z.string().optional(),
  reference: z.string().optional(),
  ecosystem: z.string().optional(),
  detail: z.string().optional(),
  redacted: z.string().optional(),
  sizeBytes: z.int().optional(),
  /** The cheapest way out, where the policy found one. */
  mend: z.string().optional(),
  /** The waiver that covers it. */
  waiver: z.string().optional(),
  /** The rules that it breaks, in any scope. */
  rules: z.array(z.string()),
  firstSeen: Time.optional(),
  firstFixable: Time.optional(),
  waivedSince: Time.optional(),
  past: z
    .array(z.object({ state: z.enum(['waived', 'gone']), since: Time, until: Time }))
    .optional()
    .describe('Times in which it was waived, or gone until it came back.'),
});
export type ImageFinding = z.infer<typeof ImageFinding>;

export const FindingQuery = ListQuery.extend({
  kind: z.enum(['vulnerability', 'secret', 'private-key', 'misconfiguration', 'bloat']).optional(),
  severity: Severity.optional(),
  owner: Owner.optional(),
  layer: z.coerce.number().int().min(0).optional(),
  fixable: Flag.optional(),
  q: z.string().max(256).optional(),
});

export const ImagePackage = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  ecosystem: z.string().optional(),
  arch: z.string().optional(),
  source: z.object({ name: z.string(), version: z.string() }).optional(),
  licenses: z.array(z.string()),
  evidence: z.enum(['installed', 'lockfile', 'embedded']),
  sizeBytes: z.int().optional(),
  ownedBy: z.string().optional(),
  place: Place,
  findings: z.int(),
  worst: Severity.optional(),
});
export type ImagePackage = z.infer<typeof ImagePackage>;

export const PackageQuery = ListQuery.extend({
  q: z.string().max(256).optional(),
  type: z.string().max(64).optional(),
  owner: Owner.optional(),
  layer: z.coerce.number().int().min(0).optional(),
});

export const ImageExecutable = z.object({
  /** As in the record: docs/formats/record.md. */
  place: Place,
  sha256: z.string().optional(),
  sizeBytes: z.int().optional(),
  mode: z.int().optional(),
  setuid: z.boolean(),
  setgid: z.boolean(),
  capabilities: z.array(z.string()).optional(),
  kind: z.string(),
  ownedBy: z.string().optional(),
  links: z.array(z.string()),
});
export type ImageExecutable = z.infer<typeof ImageExecutable>;

/** What happened to an image, newest first. */
export const HistoryEvent = z.object({
  at: Time,
  kind: z.enum(['verdict', 'tag', 'scan', 'finding']),
  /** One line. */
  what: z.string(),
  scope: z.string().optional(),
  from: AnyResult.optional(),
  to: AnyResult.optional(),
  reference: z.string().optional(),
});
export type HistoryEvent = z.infer<typeof HistoryEvent>;

/** A hop between commit and container; one that nobody knows is a gap. */
export const ProvenanceHop = z.object({
  kind: z.enum(['commit', 'builder', 'signature', 'registry', 'containers']),
  known: z.boolean(),
  /**
   * How far it can be believed: `verified` by the trust root; `refused`, something vouches for it that does not count; `said`, nobody
   * vouches for it; `cannot-tell`, nobody looked. Absent: it is what the server itself saw.
   */
  standing: z.enum(['verified', 'refused', 'said', 'cannot-tell']).optional(),
  who: z.string().optional(),
  when: Time.optional(),
  detail: z.string(),
});
export type ProvenanceHop = z.infer<typeof ProvenanceHop>;

/** As the model's Comparison; packages and findings as in the record. */
export const Comparison = z.object({
  from: z.object({
    digest: z.string(),
    sizeBytes: z.int(),
    layers: z.int(),
    packages: z.int(),
    executables: z.int(),
    findings: z.int(),
  }),
  to: z.object({
    digest: z.string(),
    sizeBytes: z.int(),
    layers: z.int(),
    packages: z.int(),
    executables: z.int(),
    findings: z.int(),
  }),
  packages: z.object({
    added: z.array(z.object({ name: z.string(), version: z.string(), type: z.string(), owner: Owner })),
    removed: z.array(z.object({ name: z.string(), version: z.string(), type: z.string(), owner: Owner })),
    changed: z.array(z.object({ name: z.string(), type: z.string(), from: z.string(), to: z.string(), owner: Owner })),
  }),
  findings: z.object({
    new: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        severity: Severity,
        title: z.string(),
        cause: z.enum(['package-added', 'package-changed', 'newly-known', 'content']),
      }),
    ),
    gone: z.array(z.object({ id: z.string(), name: z.string(), severity: Severity, title: z.string() })),
  }),
  configuration: z.array(z.object({ what: z.string(), from: z.string().optional(), to: z.string().optional() })),
  executables: z.object({ added: z.int(), removed: z.int(), changed: z.int() }),
  caveats: z.array(z.string()),
});
export type Comparison = z.infer<typeof Comparison>;
