import { setTimeout as sleep } from 'node:timers/promises';
import { Channel } from '../../channel.ts';
import { inParallel } from '../../in-parallel.ts';
import { linesOf } from '../../lines.ts';
import { badAnswer, digestIn, listAt, parseAnswer, textAt, textsAt } from '../../members.ts';
import { placementOf } from '../../placement.ts';
import type {
  Ending,
  HostFacts,
  InventorySource,
  Observation,
  Sighting,
  SourceSettings,
  WatchContext,
} from '../../source.ts';
import { addressOf, type Engine, openEngine } from './engine.ts';
import { deedOf, type EngineEvent, labelsOf, readEvent, wantedEvents } from './events.ts';
import { type EngineImage, type Inspected, readContainer, readImage, workloadOf } from './inspect.ts';

const listLimitBytes = 128 << 20;
const mostContainers = 100_000;
const longestEventBytes = 1 << 20;

export const dockerInventory: InventorySource = {
  kind: 'docker',
  secrets: ['ca', 'clientCertificate', 'clientKey'],
  periodSeconds: 60,
  check: (settings) => void (/^(?:local$|context:)/.test(settings.address) || addressOf(settings, {})),
  async test(settings, context) {
    const engine = openEngine(settings, context);
    const version = await engine.ask('/version');
    const running = await listRunning(engine);
    return `${engine.label} is of version ${textAt(version, 'Version') ?? '?'} and runs ${running.length} containers`;
  },
  watch: (settings, context) => new EngineWatch(settings, context).run(),
};

async function listRunning(engine: Engine): Promise<readonly string[]> {
  const answer = await engine.ask('/containers/json', listLimitBytes);
  if (!Array.isArray(answer)) throw badAnswer(`${engine.label} answers no list of containers`);
  if (answer.length > mostContainers)
    throw badAnswer(`${engine.label} says that it runs ${answer.length} containers, more than ${mostContainers}`);
  return listAt({ answer }, ['answer'], mostContainers).flatMap((each) => {
    const id = textAt(each, 'Id');
    return id !== undefined && /^[0-9a-f]{12,64}$/.test(id) ? [id] : [];
  });
}

/** What has become of one container. */
interface Change {
  /** The run before the one that runs now. */
  readonly endedBefore: readonly Ending[];
  readonly containers: readonly Sighting[];
  readonly ended: readonly Ending[];
}

/** One connection's time with an engine. */
class EngineWatch {
  readonly #settings: SourceSettings;
  readonly #context: WatchContext;
  readonly #engine: Engine;
  readonly #ending = new AbortController();
  readonly #channel = new Channel<'pulse' | EngineEvent>();
  readonly #images = new Map<string, Promise<EngineImage | undefined>>();
  /** What health checks run, by container. */
  readonly #healthCommands = new Map<string, string>();

  constructor(settings: SourceSettings, context: WatchContext) {
    this.#settings = settings;
    this.#context = { ...context, signal: AbortSignal.any([context.signal, this.#ending.signal]) };
    this.#engine = openEngine(settings, this.#context);
  }

  async *run(): AsyncGenerator<Observation, void, void> {
    const { signal, known, cursor } = this.#context;
    signal.addEventListener('abort', () => this.#channel.fail(signal.reason), { once: true });
    try {
      yield { kind: 'heard', about: await this.#facts() };
      // Events from before the list is made, so that nothing falls between the two.
      const readTo = typeof cursor === 'string' && /^\d{1,20}$/.test(cursor) ? BigInt(cursor) : undefined;
      const events = await this.#engine.follow(eventsPath(readTo, this.#context.now()));
      void this.#readEvents(events, readTo);
      void this.#pulse();
      yield await this.#everything(known);
      for (;;) yield* this.#digest(await this.#channel.take());
    } finally {
      this.#ending.abort();
    }
  }

  async #facts(): Promise<HostFacts> {
    const info = await this.#engine.ask('/info');
    const labels = textsAt(info, 'Labels').map((each) => each.split('=', 2) as [string, string | undefined]);
    const own = {
      os: textAt(info, 'OperatingSystem'),
      version: textAt(info, 'ServerVersion'),
      host: textAt(info, 'Name'),
    };
    const facts = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return { labels: Object.fromEntries([...labels.map(([name, value = '']) => [name, value] as const), ...facts]) };
  }

  async #readEvents(body: AsyncIterable<Uint8Array>, readTo: bigint | undefined): Promise<void> {
    const what = `the stream of events of ${this.#engine.label}`;
    try {
      for await (const line of linesOf(body, longestEventBytes, what)) {
        const event = readEvent(parseAnswer(line, what), line.toString('utf8'), this.#context.now());
        if (event !== undefined && (readTo === undefined || BigInt(event.nanoseconds) > readTo))
          await this.#channel.send(event);
      }
      throw badAnswer(`${this.#engine.label} has ended its stream of events`);
    } catch (error) {
      this.#channel.fail(error);
    }
  }

  /** A stream that is silent may be one whose other end has gone. */
  async #pulse(): Promise<void> {
    try {
      for (;;) {
        await sleep(this.#context.pulseMs, undefined, { signal: this.#context.signal });
        await this.#engine.ask('/version');
        await this.#channel.send('pulse');
      }
    } catch (error) {
      this.#channel.fail(error);
    }
  }

  async #everything(known: ReadonlySet<string>): Promise<Observation> {
    const ids = await listRunning(this.#engine);
    const inspected = await inParallel(ids, 8, (id) => this.#inspect(id));
    const containers = inspected.flatMap((each) => (each?.isRunning === true ? [each.sighting] : []));
    const running = new Set(containers.map(({ id }) => id));
    // Those that ended while nobody looked: the engine still knows when, unless they were removed.
    const lost = [...known].filter((id) => !running.has(id) && /^[0-9a-f]{12,64}$/.test(id));
    const ended = (await inParallel(lost, 8, (id) => this.#inspect(id))).flatMap((each) =>
      each !== undefined && !each.isRunning ? [each.ending] : [],
    );
    return { kind: 'all', containers, ended };
  }

  async #inspect(id: string): Promise<Inspected | undefined> {
    const answer = await this.#engine.ask(`/containers/${id}/json`);
    if (answer === undefined) return undefined;
    const { now, redact } = this.#context;
    const image = await this.#image(digestIn(textAt(answer, 'Image')));
    const inspected = readContainer(answer, { settings: this.#settings, image, now: now(), redact });
    if (inspected === undefined || inspected.sighting.id !== id) return undefined;
    if (inspected.healthCommand !== undefined) this.#healthCommands.set(id, inspected.healthCommand);
    return inspected;
  }

  #image(id: string | undefined): Promise<EngineImage | undefined> {
    if (id === undefined) return Promise.resolve(undefined);
    let image = this.#images.get(id);
    if (image === undefined) {
      // Tags come and go: what is kept is let go now and then.
      if (this.#images.size >= 1000) this.#images.clear();
      this.#images.set(id, (image = this.#engine.ask(`/images/${id}/json`).then(readImage)));
      image.catch(() => this.#images.delete(id));
    }
    return image;
  }

  /** What came together is told together: each container once, as it is now. */
  async *#digest(items: readonly ('pulse' | EngineEvent)[]): AsyncGenerator<Observation, void, void> {
    const events = items.filter((item) => item !== 'pulse');
    const changed = new Map<string, EngineEvent[]>();
    for (const event of events) {
      const { type, action, id } = event;
      if (type === 'image') this.#images.clear();
      else if (/^(?:start|die|destroy|rename|update|pause|unpause|health_status)/.test(action))
        changed.set(id, [...(changed.get(id) ?? []), event]);
    }
    const known = [...changed].filter(([id]) => /^[0-9a-f]{12,64}$/.test(id));
    const now = await inParallel(known, 8, async ([id, of]) => this.#lookAgain(id, of));
    const containers = now.flatMap((each) => each.containers);
    const ended = now.flatMap((each) => each.ended);
    const before = now.flatMap((each) => each.endedBefore);
    if (before.length > 0) yield { kind: 'some', containers: [], ended: before };
    if (containers.length > 0 || ended.length > 0) yield { kind: 'some', containers, ended };
    for (const event of events) {
      const deed = deedOf(event, { healthCommand: this.#healthCommands.get(event.id), redact: this.#context.redact });
      if (deed !== undefined) yield { kind: 'deed', deed };
    }
    const last = events.at(-1);
    yield last === undefined ? { kind: 'heard' } : { kind: 'cursor', cursor: last.nanoseconds };
    for (const { action, id } of events) if (action === 'destroy') this.#healthCommands.delete(id);
  }

  /** A container of which something was told. One that has come and gone meanwhile is told of as far as its events do. */
  async #lookAgain(id: string, events: readonly EngineEvent[]): Promise<Change> {
    const inspected = await this.#inspect(id);
    const started = events.filter(({ action }) => action === 'start');
    const death = events.findLast(({ action }) => action === 'die');
    const exit = /^\d{1,3}$/.exec(death?.attributes['exitCode'] ?? '')?.[0];
    const fromEvent: Ending = {
      id,
      ...(death === undefined ? {} : { at: death.at }),
      ...(exit === undefined ? {} : { exitCode: Number(exit) }),
    };
    // Ended and started again: two runs.
    if (inspected?.isRunning === true)
      return { endedBefore: death === undefined ? [] : [fromEvent], containers: [inspected.sighting], ended: [] };
    if (inspected !== undefined)
      return {
        endedBefore: [],
        containers: started.length > 0 ? [inspected.sighting] : [],
        ended: [{ ...fromEvent, ...inspected.ending }],
      };
    const containers = started.slice(0, 1).map((event) => this.#fromEvent(event));
    return { endedBefore: [], containers, ended: [fromEvent] };
  }

  #fromEvent(event: EngineEvent): Sighting {
    const labels = labelsOf(event);
    const workload = workloadOf(labels);
    return {
      id: event.id,
      name: event.attributes['name'] ?? event.id.slice(0, 12),
      imageIds: [],
      imageName: event.attributes['image'] ?? '',
      ...(workload === undefined ? {} : { workload }),
      ...placementOf(this.#settings, labels),
      labels,
      configuration: {},
      since: event.at,
    };
  }
}

/** From where it was read to, as far back as the engine remembers. */
function eventsPath(readTo: bigint | undefined, now: Date): string {
  const nanoseconds = readTo ?? BigInt(now.getTime()) * 1_000_000n;
  const since = `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
  return `/events?since=${since}&filters=${encodeURIComponent(JSON.stringify(wantedEvents))}`;
}
