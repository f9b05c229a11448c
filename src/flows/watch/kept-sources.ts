import type { LedgerActor } from '../../ledger/index.ts';
import {
  addScanJob,
  type KeptSource,
  listScanJobs,
  listSources,
  noteSource,
  type Store,
  tellLive,
} from '../../server-store/index.ts';
import type { SourceDirectory, WantedScan, WatchedSource, WatchWorld } from './world.ts';

const inventory: LedgerActor = { kind: 'automation', name: 'inventory', known: 'plimsoll itself' };

/**
 * The sources that people have set up, as the store keeps them.
 * @param openSecrets decrypts a source's secrets; where that fails, the source is said to fail and is not watched.
 */
export function keptSources(
  store: Store,
  openSecrets: (source: KeptSource) => Readonly<Record<string, string>>,
): SourceDirectory {
  const said = new Map<string, string>();
  const note: SourceDirectory['note'] = async (id, { state, message }) => {
    const now = new Date();
    await noteSource(store, id, { state, now, ...(message === undefined ? {} : { message }) });
    const news = `${state} ${message ?? ''}`;
    if (said.get(id) === news) return;
    said.set(id, news);
    await tellLive(store, [{ body: { kind: 'source', at: now.toISOString(), source: id, state } }]);
  };
  return {
    note,
    async list() {
      const watched: WatchedSource[] = [];
      for (const source of await listSources(store))
        try {
          watched.push(watchedOf(source, openSecrets(source)));
        } catch (error) {
          await note(source.id, {
            state: 'failing',
            message: `its secrets can't be opened: ${(error as Error).message}`,
          });
        }
      return watched;
    },
  };
}

function watchedOf(source: KeptSource, secrets: Readonly<Record<string, string>>): WatchedSource {
  const { id, kind, name, address, enabled, environment, team } = source;
  return {
    ...{ id, kind, name, address, enabled, secrets },
    ...(environment === null ? {} : { environment }),
    ...(team === null ? {} : { team }),
  };
}

/** Has wanted images scanned by the jobs of the store, unless such a job waits or runs already. */
export function scansByJobs(store: Store, wake: () => void): WatchWorld['wantScan'] {
  return async ({ reference, platform }: WantedScan) => {
    for (const state of ['queued', 'running'] as const) {
      const { items } = await listScanJobs(store, { state, limit: 1000 });
      if (items.some((job) => job.reference === reference && (job.platform ?? undefined) === platform)) return;
    }
    await addScanJob(store, { reference, platform, actor: inventory });
    wake();
  };
}
