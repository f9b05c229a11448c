import { parseReference } from '../../image/index.ts';
import { registryPlace } from '../../inventory/index.ts';
import { type LedgerActor, serverActor } from '../../ledger/index.ts';
import {
  addScanJobOnce,
  inTransaction,
  type KeptSource,
  listSources,
  noteSource,
  type Store,
  tellLive,
} from '../../server-store/index.ts';
import type { SourceDirectory, WantedScan, WatchedSource, WatchWorld } from './world.ts';

const inventory: LedgerActor = { ...serverActor, name: 'inventory' };

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

/** Has wanted images scanned by the jobs of the store, unless such a job waits, or runs and is no earlier than what is wanted. */
export function scansByJobs(store: Store, wake: () => void): WatchWorld['wantScan'] {
  return async (wanted: WantedScan) => {
    const { reference, platform, team, again = false } = wanted;
    const source = wanted.source ?? sourceFor(wanted, await listSources(store));
    // What only an engine has that no source leads to can't be opened: the engine of this machine is another one.
    if (reference.startsWith('docker:') && source === undefined) return;
    const added = await inTransaction(store, async ({ store: inner, appendToLedger }) => {
      const job = await addScanJobOnce(inner, { reference, platform, team, source, actor: inventory }, { again });
      if (job === undefined) return undefined;
      const subject = { kind: 'reference', name: reference.slice(0, 1024) };
      const why = wanted.why.slice(0, 4000);
      await appendToLedger([{ actor: inventory, action: 'scan.request', subject, why, details: { job: job.id } }]);
      return job;
    });
    if (added !== undefined) wake();
  };
}

/** The source by which an image can be opened: the engine that runs it, or what has a log-in for its registry. */
function sourceFor({ reference, hosts }: WantedScan, sources: readonly KeptSource[]): string | undefined {
  if (reference.startsWith('docker:')) {
    const names = new Set(hosts.filter(({ kind }) => kind === 'docker').map(({ name }) => name));
    return sources.find(({ kind, name, enabled }) => kind === 'docker' && enabled && names.has(name))?.id;
  }
  const { registry, repository } = parseReference(reference.replace(/^registry:/, ''));
  return sources.find(({ kind, address, enabled, sealed }) => {
    if (kind !== 'registry' || !enabled || Object.keys(sealed).length === 0) return false;
    const place = registryPlace(address);
    return place.registry === registry && place.wants(repository);
  })?.id;
}
