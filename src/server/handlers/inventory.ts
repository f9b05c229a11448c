import {
  countFleet,
  listContainers,
  hostsOfTeams,
  imageHistory,
  listSources,
  listWorkloads,
  oldestOpen,
  type Reach,
  readTrend,
  runningByEnvironment,
  type TrendRow,
  turnedSince,
} from '../../server-store/index.ts';
import type { MadeFrom } from '../answers/kept-answers.ts';
import type { Handlers } from '../http/handler.ts';
import { notFound } from '../http/problems.ts';
import { reachesTeam, type Service } from '../service.ts';
import { containerOf, countsOf, known, pageWith, sourceOf, workloadOf } from './shapes.ts';

type Names = 'getFleet' | 'listContainers' | 'listWorkloads' | 'getWorkload';

const dayMs = 86_400_000;

export function inventoryHandlers(service: Service): Pick<Handlers, Names> {
  const { store, answers, now } = service;
  return {
    async getFleet({ query, identity }) {
      const { reach } = identity;
      const { environment } = query;
      const kept: Keep = (name, from, make) =>
        answers.of(JSON.stringify(['fleet', name, reach ?? null]), from, {
          make,
          bytesOf: (value) => JSON.stringify(value).length,
          isLong: true,
        });
      const running = ['images', 'places', 'results'] as const;
      const since = (): Date => new Date(now().getTime() - dayMs);
      const [environments, oldest, counts, trend, turned, sources, hosts] = await Promise.all([
        kept(`running ${JSON.stringify(environment)}`, { kinds: running }, () =>
          runningByEnvironment(store, { environment, reach }),
        ),
        kept('oldest', { kinds: ['images', 'places', 'lives'] }, () => oldestOpen(store, reach)),
        kept('counts', { kinds: ['images', 'places', 'policies'] }, () => countFleet(store, reach)),
        trendOf(service, kept, reach),
        kept('turned', { kinds: running, forMs: 1000 }, () =>
          turnedSince(store, { since: since(), reach, limit: 100 }),
        ),
        listSources(store),
        reach === undefined ? undefined : hostsOfTeams(store, reach),
      ]);
      // A team has to know that the host is silent on which its containers run, whosoever the host is.
      const shown = sources.filter(({ name, team }) => reachesTeam(identity, team) || hosts?.has(name) === true);
      return {
        environments: environments.map(({ containers, workloads, ...rest }) => ({
          ...rest,
          containers: countsOf(containers),
          workloads: countsOf(workloads),
        })),
        turned: turned.map(({ why, environments, ...rest }) => ({
          ...rest,
          environments: [...environments],
          why: why ?? '',
        })),
        oldest: oldest.map((row) => known(row)) as never,
        coverage: {
          sources: shown
            .map((each) => sourceOf(each, now()))
            .map(({ name, kind, lastSeen, state }) => ({
              name,
              kind,
              silent: state === 'silent' || state === 'failing',
              ...(lastSeen === undefined ? {} : { lastSeen }),
            })),
          images: counts.images,
        },
        trend: trend.map(({ day, counts: ran }) => ({ day, ...countsOf(ran) })),
        totals: { ...counts.totals, sources: sources.filter(({ team }) => reachesTeam(identity, team)).length },
      };
    },
    async listContainers({ query, identity }) {
      const { cursor, ...rest } = query;
      const page = await listContainers(store, {
        ...rest,
        reach: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, containerOf);
    },
    async listWorkloads({ query, identity }) {
      const { cursor, ...rest } = query;
      const page = await listWorkloads(store, {
        ...rest,
        reach: identity.reach,
        ...(cursor === undefined ? {} : { after: cursor }),
      });
      return pageWith(page, workloadOf);
    },
    async getWorkload({ params, identity }) {
      const { reach } = identity;
      const row = (await listWorkloads(store, { id: params.id, running: false, reach, limit: 1 })).items[0];
      if (row === undefined) throw notFound(`workload ${params.id}`);
      const { items } = await listContainers(store, { workload: params.id, running: false, reach, limit: 500 });
      return {
        ...workloadOf(row),
        timeline: await timelineOf(service, items),
        current: items.filter(({ until }) => until === null).map(containerOf),
      };
    },
  };
}

type Keep = <T>(name: string, from: MadeFrom, make: () => Promise<T>) => Promise<T>;

/**
 * What ran at the end of each of the last days. Verdicts that say the same in other words are no news here. Of days that are over a
 * change is seen within the minute; today goes on by the second.
 */
async function trendOf({ store }: Service, kept: Keep, reach: Reach): Promise<readonly TrendRow[]> {
  const kinds = ['images', 'places', 'results'] as const;
  const today = await kept('today', { kinds, forMs: 1000 }, () => readTrend(store, { days: 1, reach }));
  // What is kept of the days before is of this day: the next one begins with a list of its own.
  const before = await kept(`before ${today[0]?.day}`, { kinds: ['places'], forMs: 60_000 }, () =>
    readTrend(store, { days: 29, before: 1, reach }),
  );
  return [...before, ...today];
}

/** Starts, stops and verdicts of a workload's containers, newest first. */
async function timelineOf(
  { store }: Service,
  containers: Awaited<ReturnType<typeof listContainers>>['items'],
): Promise<{ at: string; kind: 'start' | 'stop' | 'verdict'; what: string; container?: string; image?: string }[]> {
  const images = [...new Set(containers.flatMap(({ image }) => image ?? []))].slice(0, 20);
  const turns = await Promise.all(
    images.map(async (image) =>
      (await imageHistory(store, image))
        .filter(({ kind, from }) => kind === 'verdict' && from !== null)
        .map(({ at, scope, from, to }) => ({ at, kind: 'verdict' as const, what: `${scope}: ${from} → ${to}`, image })),
    ),
  );
  const lives = containers.flatMap(({ id, name, image, imageName, since, until }) => {
    const about = { container: id, ...(image === null ? {} : { image }) };
    return [
      { at: since, kind: 'start' as const, what: `${name} started from ${imageName}`, ...about },
      ...(until === null ? [] : [{ at: until, kind: 'stop' as const, what: `${name} stopped`, ...about }]),
    ];
  });
  return [...lives, ...turns.flat()].sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, 500);
}
