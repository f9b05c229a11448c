import { setImmediate as breathe } from 'node:timers/promises';
import { type Policy, preparePolicy } from '../../policy/index.ts';
import type { VerdictResult } from '../../model/index.ts';
import {
  type ImageRow,
  databaseBodies,
  getRecord,
  listImages,
  type Reach,
  runningPlaces,
  type Store,
} from '../../server-store/index.ts';
import { withoutAdvisories } from '../../record/index.ts';
import { judgeInScopes } from '../keep-image/index.ts';
import { assess, judgingTerms } from '../rejudge/index.ts';

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
    now,
  }: {
    readonly policy: Policy;
    readonly sinceDays: number;
    readonly reach: Reach;
    readonly databasePath: string;
    readonly now: Date;
  },
): Promise<PolicySimulation> {
  const prepared = await preparePolicy(policy);
  const terms = await judgingTerms(store, databasePath, now);
  const since = new Date(now.getTime() - sinceDays * dayMs).toISOString();
  const changes: SimulatedChange[] = [];
  const counts = { stopped: 0, released: 0, unchanged: 0 };
  try {
    for await (const row of everyImage(store, reach)) {
      if (row.running === 0 && row.keptAt < since) continue;
      const own = await changesOf(row);
      const isStopped = own.some(({ to }) => to === 'fail');
      counts[own.length === 0 ? 'unchanged' : isStopped ? 'stopped' : 'released']++;
      changes.push(...own);
      // Other requests come in between.
      await breathe();
    }
  } finally {
    terms.database?.close();
  }
  changes.sort((a, b) => b.running - a.running || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const stopped = [...new Set(changes.filter(({ to }) => to === 'fail').map(({ image }) => image))];
  const cost = { images: stopped.length, ...(await runningPlaces(store, stopped)) };
  return { ...counts, cost, list: changes.slice(0, mostListed) };

  async function changesOf(row: ImageRow): Promise<SimulatedChange[]> {
    const record = await getRecord(store, databaseBodies(store), row.image);
    if (record === undefined) return [];
    const context = { names: [row.name], team: row.team ?? undefined, now };
    const verdicts = judgeInScopes(assess(withoutAdvisories(record), terms), { policy, prepared }, context);
    return verdicts.flatMap((verdict) => {
      const { scope, result: to, violations, doubts } = verdict;
      // In a scope that is new, an image would else have been judged by what holds everywhere.
      const before =
        row.verdicts.find((each) => each.scope === scope) ?? row.verdicts.find((each) => each.scope === 'default');
      const from = before?.result ?? 'unknown';
      if (from === to) return [];
      const why = violations[0]?.what ?? doubts[0]?.what ?? 'no rule is broken';
      return [{ image: row.image, name: row.name, scope, from, to, why, running: row.running }];
    });
  }
}

async function* everyImage(store: Store, reach: Reach): AsyncGenerator<ImageRow> {
  for (let after: string | undefined; ;) {
    const page = await listImages(store, {
      reach,
      sort: 'name',
      limit: 200,
      ...(after === undefined ? {} : { after }),
    });
    yield* page.items;
    if (page.next === undefined) return;
    after = page.next;
  }
}
