import { parseNotifications, type RegistryEvent, registryPlace } from '../../inventory/index.ts';
import { imageOfDigest } from '../../server-store/index.ts';
import { deedEntry } from './ledger-entries.ts';
import { TakeIn } from './take-in.ts';
import type { WatchedSource, WatchWorld } from './world.ts';

/**
 * Takes in what a registry posts to our endpoint: tags move, and the ledger hears who pushed, pulled and deleted. Whoever calls
 * this has made sure that it was the registry. An image that was pushed under a tag, and of which there is no record, is scanned; one
 * that has a record is scanned again when something was pushed that vouches for it, so that this is verified at once.
 * @param source the registry as it is set up: its address names the repositories that matter.
 * @returns how many events it told of, and how many images are to be scanned.
 * @throws CodedError `bad-source-answer`
 */
export async function noteNotifications(
  world: Pick<WatchWorld, 'store' | 'ledger' | 'now' | 'wantScan'>,
  source: WatchedSource,
  body: Uint8Array,
): Promise<{ readonly events: number; readonly wanted: number }> {
  const now = world.now?.() ?? new Date();
  const place = registryPlace(source.address);
  const events = parseNotifications(body, place.registry, now).filter(({ repository }) =>
    place.wants(repository.slice(place.registry.length + 1)),
  );
  const takeIn = new TakeIn(world, source, 0);
  let wanted = 0;
  for (const event of events) {
    await world.ledger.append(entryOf(source, event));
    const { repository, tag, digest } = event;
    if (tag === undefined) continue;
    if (event.action === 'push' && digest !== undefined) {
      await takeIn.take({ kind: 'tag', repository, tag, image: digest });
      if (await want(world, source, { repository, tag, digest })) wanted++;
    }
    if (event.action === 'delete') await takeIn.take({ kind: 'tag', repository, tag });
  }
  return { events: events.length, wanted };
}

/** What lies beside an image under a tag that its digest gives: signatures, attestations, SBOMs, the list of what refers to it. */
const besideAnImage = /^sha256-([0-9a-f]{64})(?:\.\w+)?$/;

async function want(
  { store, wantScan }: Pick<WatchWorld, 'store' | 'wantScan'>,
  source: WatchedSource,
  { repository, tag, digest }: { readonly repository: string; readonly tag: string; readonly digest: string },
): Promise<boolean> {
  const [, beside] = besideAnImage.exec(tag) ?? [];
  const image = beside === undefined ? digest : `sha256:${beside}`;
  const isKnown = (await imageOfDigest(store, image)) !== undefined;
  // What has no record is scanned when it is pushed itself, with all that lies beside it by then.
  if (isKnown !== (beside !== undefined)) return false;
  await wantScan({
    image,
    reference: isKnown ? `registry:${repository}@${image}` : `registry:${repository}:${tag}@${image}`,
    hosts: [],
    source: source.id,
    ...(source.team === undefined ? {} : { team: source.team }),
    ...(isKnown
      ? { why: 'something that may vouch for it was pushed beside it', again: true }
      : { why: 'it was pushed, and has no record' }),
  });
  return true;
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
