import type { HostFacts, Observation, Sighting } from '../../inventory/index.ts';
import type { LedgerEvent } from '../../ledger/index.ts';
import {
  type ChangedContainer,
  type ContainerReport,
  inTransaction,
  type InventoryChange,
  type InventoryReport,
  moveTag,
  noteContainers,
  noteHost,
  tagsIn,
  tellLive,
  writeWatchCursor,
} from '../../server-store/index.ts';
import { deedEntries, deedEntry, startEntry, stopEntry } from './ledger-entries.ts';
import type { WatchedSource, WatchWorld } from './world.ts';

/** Containers that are taken in together. */
const atOnce = 1000;

/** What of the world is needed to take in what is told. */
type TakeInWorld = Pick<WatchWorld, 'store' | 'ledger' | 'now'> & Partial<Pick<WatchWorld, 'holder' | 'onChange'>>;

type Told<Kind extends Observation['kind']> = Extract<Observation, { readonly kind: Kind }>;

/** Takes what a source tells into the store and the ledger. */
export class TakeIn {
  readonly #world: TakeInWorld;
  readonly #source: WatchedSource;
  readonly #periodSeconds: number;
  #facts: HostFacts | undefined;

  constructor(world: TakeInWorld, source: WatchedSource, periodSeconds: number) {
    this.#world = world;
    this.#source = source;
    this.#periodSeconds = periodSeconds;
  }

  async take(observation: Observation): Promise<void> {
    switch (observation.kind) {
      case 'heard':
        this.#facts = observation.about ?? this.#facts;
        return void (await this.#host());
      case 'all':
      case 'some':
        return this.#containers(observation);
      case 'deed':
        return void (await this.#append(await deedEntries(this.#world.store, this.#source, observation.deed)));
      case 'cursor': {
        const { store, holder } = this.#world;
        if (holder !== undefined)
          await writeWatchCursor(store, { source: this.#source.id, holder }, observation.cursor);
        return void (await this.#host());
      }
      case 'tag':
        return this.#tag(observation);
      case 'tags':
        return this.#tags(observation);
    }
  }

  /** Says that the host was heard from. Registries run nothing. */
  async #host(): Promise<number | undefined> {
    const { kind, name, environment, team } = this.#source;
    if (kind === 'registry') return undefined;
    const report = { kind, name, environment, team, labels: this.#facts?.labels, periodSeconds: this.#periodSeconds };
    return noteHost(this.#world.store, report, this.#now());
  }

  async #containers({ kind, containers, ended }: Told<'all' | 'some'>): Promise<void> {
    const host = await this.#host();
    if (host === undefined) return;
    const running = new Set(containers.map(({ id }) => id));
    // What came and went in one breath was there all the same.
    const brief = ended.filter(({ id }) => running.has(id));
    const before = ended.filter(({ id }) => !running.has(id));
    // In parts: nobody else can write to the ledger while one is being taken in.
    const parts = Array.from({ length: Math.ceil(containers.length / atOnce) }, (_, part) =>
      containers.slice(part * atOnce, (part + 1) * atOnce),
    );
    const last = parts.pop() ?? [];
    const now = this.#now();
    for (const part of parts) await this.#note(host, part, { extent: 'part', now });
    const extent = kind === 'all' ? 'whole' : 'part';
    await this.#note(host, last, {
      extent,
      ended: before,
      now,
      ...(extent === 'whole' ? { alsoRunning: [...running] } : {}),
    });
    if (brief.length > 0) await this.#note(host, [], { extent: 'part', ended: brief, now: this.#now() });
  }

  /** What has changed is in the store, in the ledger and told to whoever looks, or nowhere. */
  async #note(
    host: number,
    sightings: readonly Sighting[],
    report: Omit<InventoryReport, 'containers'>,
  ): Promise<void> {
    const change = await inTransaction(this.#world.store, async ({ store, appendToLedger }) => {
      const noted = await noteContainers(store, host, { ...report, containers: sightings.map(reportOf) });
      if (noted.started.length + noted.ended.length === 0) return noted;
      await tellLive(store, liveEvents(this.#source, noted, report.now));
      await appendToLedger(this.#entries(noted, report, sightings));
      return noted;
    });
    if (change.started.length + change.ended.length > 0)
      this.#world.onChange?.({ source: this.#source.name, ...change });
  }

  #entries(
    change: InventoryChange,
    { ended = [] }: Omit<InventoryReport, 'containers'>,
    sightings: readonly Sighting[],
  ): LedgerEvent[] {
    const seen = new Map(sightings.map((each) => [each.id, each]));
    const endings = new Map(ended.map((each) => [each.id, each]));
    return [
      ...change.ended.map((each) => stopEntry(this.#source, each, endings.get(each.id))),
      ...change.started.map((each) => startEntry(this.#source, each, seen.get(each.id))),
    ];
  }

  async #tag({ repository, tag, image }: Told<'tag'>): Promise<void> {
    const now = this.#now();
    const before = await moveTag(this.#world.store, {
      repository,
      tag,
      ...(image === undefined ? {} : { image }),
      now,
    });
    if (before === undefined) return;
    const action = image === undefined ? 'tag.remove' : 'tag.move';
    const subject = { kind: 'tag', name: `${repository}:${tag}` };
    await this.#append([deedEntry(this.#source, { action, subject, details: { from: before, to: image } })]);
  }

  async #tags({ repository, tags }: Told<'tags'>): Promise<void> {
    const there = new Set(tags);
    for (const tag of await tagsIn(this.#world.store, repository))
      if (!there.has(tag)) await this.#tag({ kind: 'tag', repository, tag });
  }

  async #append(events: readonly LedgerEvent[]): Promise<void> {
    await Promise.all(events.map((event) => this.#world.ledger.append(event)));
  }

  #now(): Date {
    return this.#world.now?.() ?? new Date();
  }
}

/** Most changes that are told one by one; of more it is told that all is to be read anew. */
const mostTold = 200;

function liveEvents(
  source: WatchedSource,
  { started, ended }: InventoryChange,
  now: Date,
): { team?: string; body: object }[] {
  const at = now.toISOString();
  if (started.length + ended.length > mostTold) return [{ body: { kind: 'reset', at } }];
  const told = (what: 'started' | 'stopped') => (each: ChangedContainer) => ({
    ...(each.team === null ? {} : { team: each.team }),
    body: {
      ...{ kind: 'container', at, host: source.name, container: each.id, name: each.name, what },
      ...(each.image === null ? {} : { image: each.image }),
    },
  });
  return [...started.map(told('started')), ...ended.map(told('stopped'))];
}

function reportOf(sighting: Sighting): ContainerReport {
  const { configuration, startedBy: _, ...report } = sighting;
  return { ...report, configuration: { ...configuration } };
}
