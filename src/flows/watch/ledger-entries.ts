import type { Deed, Ending, Sighting, Who } from '../../inventory/index.ts';
import { type LedgerActor, type LedgerEvent, serverActor } from '../../ledger/index.ts';
import type { ChangedContainer, Store } from '../../server-store/index.ts';
import { broughtByImage } from './brought-programs.ts';
import type { WatchedSource } from './world.ts';

/** Who did what a source does not name anybody for. */
function nobodyNamed(source: WatchedSource): LedgerActor {
  return { kind: 'automation', name: source.name, known: `${source.kind}: it does not say who` };
}

function actorOf(source: WatchedSource, who: Who | undefined): LedgerActor {
  if (who === undefined) return nobodyNamed(source);
  return { kind: who.kind, name: cut(who.name, 1024) || source.name, known: cut(who.known, 256) };
}

export function startEntry(
  source: WatchedSource,
  changed: ChangedContainer,
  sighting: Sighting | undefined,
): LedgerEvent {
  const { configuration, workload, since, startedBy } = sighting ?? {};
  return {
    actor: actorOf(source, startedBy),
    action: 'container.start',
    subject: { kind: 'container', name: changed.id },
    from: cut(source.name, 256),
    ...(since === undefined ? {} : { happenedAt: since.toISOString() }),
    details: {
      ...about(changed),
      workload: workload && cut(`${workload.namespace}/${workload.kind}/${workload.name}`, 1024),
      privileged: configuration?.privileged,
      user: configuration?.user,
    },
  };
}

export function stopEntry(source: WatchedSource, changed: ChangedContainer, ending: Ending | undefined): LedgerEvent {
  return {
    actor: nobodyNamed(source),
    action: 'container.stop',
    subject: { kind: 'container', name: changed.id },
    from: cut(source.name, 256),
    ...(ending?.at === undefined ? {} : { happenedAt: ending.at.toISOString() }),
    details: {
      ...about(changed),
      exitCode: ending?.exitCode,
      reason: ending?.why && cut(ending.why, 256),
      // Neither told of nor found ended: it was no longer there when all was listed.
      seen: ending === undefined ? 'gone when listed again' : undefined,
    },
  };
}

export function deedEntry(source: WatchedSource, { action, subject, at, by, from, details }: Deed): LedgerEvent {
  return {
    actor: actorOf(source, by),
    action,
    subject: { kind: subject.kind, name: cut(subject.name, 1024) || '?' },
    from: cut(from || source.name, 256),
    ...(at === undefined ? {} : { happenedAt: at.toISOString() }),
    details: { source: cut(source.name, 256), ...details },
  };
}

/**
 * What the ledger hears of a deed. Of a command that was started in a container it says whether the image brought the program; one
 * that it did not bring is a deviation, in an entry of its own.
 */
export async function deedEntries(store: Store, source: WatchedSource, deed: Deed): Promise<readonly LedgerEvent[]> {
  if (deed.action !== 'container.exec') return [deedEntry(source, deed)];
  const { subject, details } = deed;
  const command = String(details['command'] ?? '');
  const brought =
    subject.kind === 'container'
      ? await broughtByImage(store, { host: source.name, id: subject.name }, command)
      : 'cannot tell';
  const entry = deedEntry(source, { ...deed, details: { ...details, broughtByImage: brought } });
  if (brought !== 'no') return [entry];
  const program = cut(command.split(' ', 1)[0]!, 256);
  return [
    entry,
    { ...entry, action: 'container.deviate', why: `its image brought no program of this name: ${program}` },
  ];
}

export function connectionEntry(source: WatchedSource, message: string | undefined): LedgerEvent {
  return {
    actor: serverActor,
    action: message === undefined ? 'source.connect' : 'source.lose',
    subject: { kind: 'source', name: cut(source.name, 1024) },
    ...(message === undefined ? {} : { why: cut(message, 2000) }),
    details: { kind: source.kind },
  };
}

function about({ name, image, imageName, environment, team }: ChangedContainer): Record<string, string | undefined> {
  return {
    name: cut(name, 1024),
    image: image ?? undefined,
    imageName: cut(imageName, 1024),
    environment: environment ?? undefined,
    team: team ?? undefined,
  };
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
