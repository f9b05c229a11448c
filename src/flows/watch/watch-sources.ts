import { askForScans } from './ask-for-scans.ts';
import { pause } from './hold-lease.ts';
import { watchSource } from './watch-source.ts';
import { usualPatience, type WatchedSource, type WatchWorld } from './world.ts';

interface Running {
  readonly settings: string;
  stop(): Promise<void>;
}

/**
 * Watches all sources until the signal aborts: what is added is watched, what is changed or switched off no longer as it was. Any
 * number of processes may do so over one store; each source is watched by one of them.
 */
export async function watchSources(world: WatchWorld): Promise<void> {
  const { pollMs } = { ...usualPatience, ...world.patience };
  const running = new Map<string, Running>();
  const scans = askForScans(world);
  while (!world.signal.aborted) {
    try {
      await follow(world, running, await world.directory.list());
    } catch (error) {
      world.onTrouble?.(`the list of sources: ${(error as Error).message}`);
    }
    await pause(pollMs, world.signal);
  }
  await Promise.all([scans, ...[...running.values()].map((each) => each.stop())]);
}

async function follow(
  world: WatchWorld,
  running: Map<string, Running>,
  sources: readonly WatchedSource[],
): Promise<void> {
  const wanted = new Map(sources.filter(({ enabled }) => enabled).map((each) => [each.id, each]));
  for (const [id, { settings, stop }] of running) {
    const source = wanted.get(id);
    if (source !== undefined && settings === settingsOf(source)) continue;
    running.delete(id);
    await stop();
  }
  for (const source of wanted.values()) if (!running.has(source.id)) running.set(source.id, start(world, source));
}

function settingsOf({ kind, name, address, environment, team, secrets }: WatchedSource): string {
  return JSON.stringify([kind, name, address, environment, team, Object.entries(secrets).sort()]);
}

function start(world: WatchWorld, source: WatchedSource): Running {
  const ending = new AbortController();
  const signal = AbortSignal.any([world.signal, ending.signal]);
  const done = watchSource(world, source, signal).catch((error: unknown) =>
    world.onTrouble?.(`${source.name}: ${(error as Error).message}`),
  );
  return {
    settings: settingsOf(source),
    async stop() {
      ending.abort();
      await done;
    },
  };
}
