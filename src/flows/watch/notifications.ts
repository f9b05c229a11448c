import { parseNotifications, type RegistryEvent } from '../../inventory/index.ts';
import { deedEntry } from './ledger-entries.ts';
import { TakeIn } from './take-in.ts';
import type { WatchedSource, WatchWorld } from './world.ts';

/**
 * Takes in what a registry posts to our endpoint: tags move, and the ledger hears who pushed, pulled and deleted. Whoever calls
 * this has made sure that it was the registry.
 * @param source the registry as it is set up: its address names the repositories. @returns how many events it told of.
 * @throws CodedError `bad-source-answer`
 */
export async function noteNotifications(
  world: Pick<WatchWorld, 'store' | 'ledger' | 'now'>,
  source: WatchedSource,
  body: Uint8Array,
): Promise<number> {
  const now = world.now?.() ?? new Date();
  const registry = source.address.split('/', 1)[0]!.toLowerCase();
  const events = parseNotifications(body, registry, now);
  const takeIn = new TakeIn(world, source, 0);
  for (const event of events) {
    await world.ledger.append(entryOf(source, event));
    const { repository, tag, digest } = event;
    if (tag === undefined) continue;
    if (event.action === 'push' && digest !== undefined)
      await takeIn.take({ kind: 'tag', repository, tag, image: digest });
    if (event.action === 'delete') await takeIn.take({ kind: 'tag', repository, tag });
  }
  return events.length;
}

function entryOf(source: WatchedSource, event: RegistryEvent) {
  const { action, repository, tag, digest, at, actor, from, id } = event;
  return deedEntry(source, {
    action: `registry.${action}`,
    subject: digest === undefined ? { kind: 'repository', name: repository } : { kind: 'image', name: digest },
    ...(at === undefined ? {} : { at }),
    // An account of a registry may be a person's or a program's: it does not say which.
    ...(actor === undefined
      ? {}
      : { by: { kind: 'automation', name: actor, known: 'registry: the account that asked' } }),
    ...(from === undefined ? {} : { from }),
    details: { repository, tag, event: id || undefined },
  });
}
