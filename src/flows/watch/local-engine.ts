import { hostname } from 'node:os';
import { addSource, inTransaction, listSources, type Store } from '../../server-store/index.ts';
import type { LocalActor } from '../log-in/index.ts';
import { testSource } from './test-source.ts';

const address = 'local';
const patienceMs = 5000;

interface LocalEngineOptions {
  readonly by: LocalActor;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cacheDirectory: string;
}

/**
 * Has the Docker engine of this machine watched, as `docker` itself would find it. Nothing changes where none answers, or where it
 * is a source already, switched off or not.
 */
export async function addLocalEngine(store: Store, { by, env, cacheDirectory }: LocalEngineOptions): Promise<void> {
  const sources = await listSources(store);
  if (sources.some((source) => source.kind === 'docker' && source.address === address)) return;
  const settings = { kind: 'docker' as const, name: freeName(sources.map(({ name }) => name)), address, secrets: {} };
  try {
    await testSource(settings, { env, image: { cacheDirectory }, signal: AbortSignal.timeout(patienceMs) });
  } catch {
    // No engine, or none that lets us in: what is not there is not watched.
    return;
  }
  await inTransaction(store, async ({ store: inner, appendToLedger }) => {
    const { name, kind } = settings;
    if ((await addSource(inner, { ...settings, sealed: {} })) === undefined) return;
    await appendToLedger([
      { ...by, action: 'source.add', subject: { kind: 'source', name }, details: { kind, address } },
    ]);
  });
}

/** What the machine is called; another where somebody has called another source so. */
function freeName(taken: readonly string[]): string {
  const own = hostname() || 'this-machine';
  return taken.includes(own) ? `${own}-docker` : own;
}
