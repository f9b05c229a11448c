import { silentAfterSeconds } from '../../flows/watch/index.ts';
import type { ContainerRow, ImageRow, KeptSource, Page, ScanJob, WorkloadRow } from '../../server-store/index.ts';
import type {
  AnyResult,
  Container,
  ImageSummary,
  Job,
  ResultCounts,
  SeverityCounts,
  Source,
  Workload,
} from '../contract/index.ts';

/** Leaves out what is not known: JSON of the API has no null. */
export function known<T extends object>(value: T): { [Key in keyof T]: Exclude<T[Key], null> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null && member !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], null>;
  };
}

export function pageWith<Row, Item>(
  { items, next }: Page<Row>,
  shape: (row: Row) => Item,
): { items: Item[]; next?: string } {
  return { items: items.map(shape), ...(next === undefined ? {} : { next }) };
}

export function countsOf(counts: Readonly<Partial<Record<AnyResult, number>>>): ResultCounts {
  return {
    pass: counts.pass ?? 0,
    fail: counts.fail ?? 0,
    cannotTell: counts['cannot-tell'] ?? 0,
    unknown: counts.unknown ?? 0,
  };
}

/** The worst of several; what was never judged is unknown. */
function worst(results: readonly AnyResult[]): AnyResult {
  for (const result of ['fail', 'cannot-tell', 'unknown'] as const) if (results.includes(result)) return result;
  return results.length === 0 ? 'unknown' : 'pass';
}

export function resultOfRank(rank: number): AnyResult {
  return (['fail', 'cannot-tell', 'unknown', 'pass'] as const)[rank] ?? 'unknown';
}

function severityCounts(counts: Readonly<Partial<Record<keyof SeverityCounts, number>>>): SeverityCounts {
  return { critical: 0, high: 0, medium: 0, low: 0, negligible: 0, unknown: 0, ...counts };
}

/** @param databaseDigest that of the advisories that there are now. */
export function imageSummary(row: ImageRow, databaseDigest?: string): ImageSummary {
  const judgedAt = row.verdicts.map((verdict) => verdict.judgedAt).sort()[0];
  const isStale = databaseDigest !== undefined && row.databaseDigest !== databaseDigest;
  return {
    digest: row.image,
    name: row.name,
    references: [...row.names],
    verdict: worst(row.verdicts.map(({ result }) => result)),
    verdicts: row.verdicts.map(({ id: _, policy, policyDigest, ...verdict }) => ({
      ...verdict,
      policy: { name: policy, digest: policyDigest },
    })),
    findings: severityCounts(row.findings),
    sizeBytes: row.sizeBytes,
    layers: row.layers,
    packages: row.packages,
    problems: row.problems,
    running: row.running,
    keptAt: row.keptAt,
    ...known({ platform: row.platform, os: row.os, owner: row.owner, team: row.team }),
    ...(row.baseName === null && row.baseDigest === null
      ? {}
      : { base: known({ name: row.baseName, digest: row.baseDigest }) }),
    ...(judgedAt === undefined ? {} : { judgedAt }),
    ...(isStale && judgedAt !== undefined
      ? { stale: { databaseAgeHours: Math.round((Date.now() - Date.parse(judgedAt)) / 360_000) / 10 } }
      : {}),
  } as ImageSummary;
}

export function jobOf(row: ScanJob): Job {
  const { id, state, reference, progress, tries, requestedBy, requestedAt } = row;
  return {
    id,
    state,
    reference,
    progress,
    tries,
    requestedBy,
    requestedAt,
    ...known({
      platform: row.platform,
      image: row.image,
      error: row.error,
      startedAt: row.startedAt,
      endedAt: row.endedAt,
    }),
  } as Job;
}

export function containerOf(row: ContainerRow): Container {
  const { hostId: _, configuration: _more, until, workload, image, environment, team, ...rest } = row;
  return {
    ...rest,
    labels: { ...row.labels },
    ...known({ until, workload, image, environment, team }),
  } as Container;
}

export function workloadOf(row: WorkloadRow): Workload {
  const { counts, environment, team, until, ...rest } = row;
  return {
    ...rest,
    labels: { ...row.labels },
    containers: countsOf(counts),
    verdict: worst(Object.keys(counts) as AnyResult[]),
    ...known({ environment, team, until }),
  } as Workload;
}

/** A source, silent where it has said nothing for longer than its kind may. */
export function sourceOf(row: KeptSource, now: Date): Source {
  const { sealed, environment, team, message, lastSeen, state, ...rest } = row;
  const isSilent =
    state === 'connected' &&
    lastSeen !== null &&
    now.getTime() - Date.parse(lastSeen) > silentAfterSeconds(row.kind) * 1000;
  return {
    ...rest,
    secrets: Object.keys(sealed).sort(),
    state: (isSilent ? 'silent' : state) as Source['state'],
    ...known({ environment, team, message, lastSeen }),
  } as Source;
}
