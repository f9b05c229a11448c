import { setImmediate as breathe } from 'node:timers/promises';
import { type Policy, preparePolicy, type PreparedPolicy } from '../../policy/index.ts';
import type { ImageRecord, TrustEvidence, VerdictResult } from '../../model/index.ts';
import {
  evidenceOf,
  fixWait,
  type FixWait,
  type ImageRow,
  listImages,
  ranSince,
  type Reach,
  runningPlaces,
  type Store,
} from '../../server-store/index.ts';
import { evidenceForJudging } from '../evidence/index.ts';
import { judgeInScopes } from '../keep-image/index.ts';
import { askedBy, assessedRecords, type JudgingTerms, judgingTerms, reasonOf } from '../rejudge/index.ts';

export interface SimulatedChange {
  readonly image: string;
  readonly name: string;
  readonly scope: string;
  readonly from: VerdictResult | 'unknown';
  readonly to: VerdictResult;
  readonly why: string;
  readonly running: number;
}

export interface PolicySimulation {
  readonly stopped: number;
  readonly released: number;
  readonly unchanged: number;
  /** What now runs of the images that would be stopped. */
  readonly cost: {
    readonly images: number;
    readonly containers: number;
    readonly workloads: number;
    readonly teams: readonly string[];
    /** People whom the images name as theirs. */
    readonly owners: readonly string[];
    /** Containers of them that ran in these days, those that have ended too, and those of them that started then. */
    readonly ran: number;
    readonly started: number;
    /** Of the vulnerabilities that stop them: whether there is a fix, and how long it took to come. */
    readonly fixes: FixWait;
  };
  /** What changes, what runs first; at most 500. */
  readonly list: readonly SimulatedChange[];
}

const dayMs = 86_400_000;
const mostListed = 500;

/** Judges what runs, and what was kept in the last days, by another policy in the scopes that this one has. */
export async function simulatePolicy(
  store: Store,
  {
    policy,
    sinceDays,
    reach,
    databasePath,
    bases,
    now,
  }: {
    readonly policy: Policy;
    readonly sinceDays: number;
    readonly reach: Reach;
    readonly databasePath: string;
    /** Folder of the catalogue of bases. */
    readonly bases?: string | undefined;
    readonly now: Date;
  },
): Promise<PolicySimulation> {
  const prepared = await preparePolicy(policy);
  const { database, matcher, vex, trust } = await judgingTerms(store, databasePath, now, bases);
  const since = new Date(now.getTime() - sinceDays * dayMs);
  const simulated: Simulated[] = [];
  const counts = { stopped: 0, released: 0, unchanged: 0 };
  try {
    for await (const rows of imagesSince(store, { reach, since: since.toISOString() })) {
      const images = rows.map(({ image }) => image);
      const records = await assessedRecords(store, images, { matcher, ...askedBy(policy) });
      const kept = trust === undefined ? undefined : await evidenceOf(store, images);
      for (const row of rows) {
        const record = records.get(row.image);
        const known = await evidenceForJudging(store, kept?.get(row.image), { trust, now });
        const evidence = known?.evidence;
        const own = record === undefined ? [] : changesOf(row, record, { policy, prepared, vex, evidence, now });
        counts[outcomeOf(own)]++;
        simulated.push(...own);
        // Other requests come in between.
        await breathe();
      }
    }
  } finally {
    database?.close();
  }
  simulated.sort((a, b) => b.running - a.running || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const list = simulated.slice(0, mostListed).map(({ findings: _findings, ...change }) => change);
  return { ...counts, cost: await costOf(store, simulated, since), list };
}

interface Simulated extends SimulatedChange {
  /** The vulnerabilities that stop it. */
  readonly findings: readonly string[];
}

function changesOf(
  row: ImageRow,
  record: ImageRecord,
  {
    policy,
    prepared,
    vex,
    evidence,
    now,
  }: {
    readonly policy: Policy;
    readonly prepared: PreparedPolicy;
    readonly vex: JudgingTerms['vex'];
    readonly evidence: TrustEvidence | undefined;
    readonly now: Date;
  },
): readonly Simulated[] {
  const team = row.team ?? undefined;
  const statements = vex.statementsFor({ digest: row.image, team });
  const verdicts = judgeInScopes(
    record,
    { policy, prepared },
    { names: [row.name], team, now, vex: statements, evidence },
  );
  return verdicts.flatMap((verdict) => {
    const { scope, result: to, violations } = verdict;
    // In a scope that is new, an image would else have been judged by what holds everywhere.
    const before =
      row.verdicts.find((each) => each.scope === scope) ?? row.verdicts.find((each) => each.scope === 'default');
    const from = before?.result ?? 'unknown';
    if (from === to) return [];
    const findings = violations.flatMap(({ findingId }) =>
      findingId?.startsWith('vulnerability-') === true ? [findingId] : [],
    );
    return [
      { image: row.image, name: row.name, scope, from, to, why: reasonOf(verdict), running: row.running, findings },
    ];
  });
}

/** Whether it passed and no longer does, or the other way round, in one of its scopes. */
function isStopped({ from, to }: SimulatedChange): boolean {
  return (from === 'pass' || from === 'unknown') && to !== 'pass';
}

function outcomeOf(changes: readonly SimulatedChange[]): 'stopped' | 'released' | 'unchanged' {
  if (changes.some(isStopped)) return 'stopped';
  return changes.some(({ from, to }) => to === 'pass' && from !== 'unknown') ? 'released' : 'unchanged';
}

async function costOf(store: Store, changes: readonly Simulated[], since: Date): Promise<PolicySimulation['cost']> {
  const stopped = changes.filter(isStopped);
  const images = [...new Set(stopped.map(({ image }) => image))];
  const findings = stopped.flatMap(({ image, findings: own }) => own.map((finding) => ({ image, finding })));
  return {
    images: images.length,
    ...(await runningPlaces(store, images)),
    ...(await ranSince(store, images, since)),
    fixes: await fixWait(store, findings),
  };
}

/** What runs, and what was kept since then. */
async function* imagesSince(
  store: Store,
  { reach, since }: { readonly reach: Reach; readonly since: string },
): AsyncGenerator<readonly ImageRow[]> {
  for (let after: string | undefined; ;) {
    const page = await listImages(store, {
      reach,
      sort: 'name',
      limit: 200,
      ...(after === undefined ? {} : { after }),
    });
    yield page.items.filter(({ running, keptAt }) => running > 0 || keptAt >= since);
    if (page.next === undefined) return;
    after = page.next;
  }
}
