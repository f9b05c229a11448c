import { fullName, parseReference } from '../../image/index.ts';
import { imagesWithoutRecord, matchContainers, type UnknownImage } from '../../server-store/index.ts';
import { holdLease, pause } from './hold-lease.ts';
import { usualPatience, type WantedScan, type WatchWorld } from './world.ts';

const againAfterMs = 3_600_000;
const atATime = 50;

/** Has images scanned that run somewhere but have no record. One of all processes does so at a time. */
export async function askForScans(world: WatchWorld): Promise<void> {
  const { leaseMs, pollMs } = { ...usualPatience, ...world.patience };
  const { store, holder, signal } = world;
  await holdLease({ store, source: 'scans', holder, leaseMs, signal }, async (own) => {
    const asked = new Map<string, number>();
    while (!own.aborted) {
      try {
        await matchContainers(store);
        await ask(world, asked);
      } catch (error) {
        world.onTrouble?.(`images without record: ${(error as Error).message}`);
      }
      await pause(pollMs, own);
    }
  });
}

async function ask(world: WatchWorld, asked: Map<string, number>): Promise<void> {
  const nowMs = performance.now();
  for (const [image, atMs] of asked) if (atMs + againAfterMs < nowMs) asked.delete(image);
  const unknown = await imagesWithoutRecord(world.store, asked.size + atATime);
  for (const image of unknown) {
    if (asked.has(image.image)) continue;
    const reference = referenceOf(image);
    asked.set(image.image, nowMs);
    if (reference === undefined) continue;
    const where = image.hosts.map(({ name }) => name).join(', ');
    await world.wantScan({
      image: image.image,
      reference,
      ...(image.platform === null ? {} : { platform: image.platform }),
      ...(image.team === null ? {} : { team: image.team }),
      hosts: image.hosts,
      why: `it runs in ${image.containers === 1 ? 'a container' : `${image.containers} containers`} on ${where}, and has no record`,
    } satisfies WantedScan);
  }
}

/**
 * How the very image can be opened that runs: from its registry by digest; else from the engine that runs it. Its name alone may
 * lead to another one by now: with a digest it does not.
 */
function referenceOf({ reference, ids, name, hosts }: UnknownImage): string | undefined {
  if (reference !== null) return `registry:${reference}`;
  const last = ids.at(-1);
  if (last === undefined) return undefined;
  if (hosts.some(({ kind }) => kind === 'docker')) return `docker:${last}`;
  try {
    const { registry, repository } = parseReference(name);
    return `registry:${fullName({ registry, repository, digest: ids[0] as never })}`;
  } catch {
    return undefined;
  }
}
