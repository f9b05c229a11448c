import { redactText } from '../../catalog/index.ts';
import { inventorySources, type WatchContext } from '../../inventory/index.ts';
import { CodedError } from '../../model/index.ts';
import { listHosts, readWatchCursor, runningOn, takeLease } from '../../server-store/index.ts';
import { holdLease, pause } from './hold-lease.ts';
import { connectionEntry } from './ledger-entries.ts';
import { TakeIn } from './take-in.ts';
import { usualPatience, type WatchedSource, type WatchPatience, type WatchWorld } from './world.ts';

/** Watches one source, whenever it is ours to watch, until the signal aborts. */
export async function watchSource(world: WatchWorld, source: WatchedSource, signal: AbortSignal): Promise<void> {
  const patience: WatchPatience = { ...usualPatience, ...world.patience };
  const { store, holder } = world;
  const terms = { store, source: source.id, holder, leaseMs: patience.leaseMs, signal };
  await holdLease(terms, (own) => new SourceWatch(world, source, patience).run(own));
}

/** The time in which a source is ours. */
class SourceWatch {
  readonly #world: WatchWorld;
  readonly #source: WatchedSource;
  readonly #patience: WatchPatience;
  /** What was said of the connection last. */
  #said: 'connected' | 'failing' | undefined;
  #notedMs = 0;

  constructor(world: WatchWorld, source: WatchedSource, patience: WatchPatience) {
    this.#world = world;
    this.#source = source;
    this.#patience = patience;
  }

  /** Connects, and connects again, waiting longer each time in vain. */
  async run(signal: AbortSignal): Promise<void> {
    const { retryMs, longestRetryMs } = this.#patience;
    let waitMs = retryMs;
    while (!signal.aborted) {
      try {
        await this.#session(signal, () => (waitMs = retryMs));
      } catch (error) {
        if (signal.aborted) return;
        await this.#fail(error);
      }
      // Not all at the same moment, when what they all ask comes back.
      await pause(waitMs * (0.75 + Math.random() / 2), signal);
      waitMs = Math.min(waitMs * 2, longestRetryMs);
    }
  }

  async #session(signal: AbortSignal, onGood: () => void): Promise<void> {
    const { store, holder } = this.#world;
    const { id, kind, name } = this.#source;
    const source = inventorySources[kind];
    const host = (await listHosts(store)).find((each) => each.name === name);
    const known = host === undefined ? new Set<string>() : await runningOn(store, host.id);
    const context: WatchContext = {
      ...sourceContext(this.#world, signal, this.#patience),
      known,
      cursor: await readWatchCursor(store, id),
    };
    const takeIn = new TakeIn(this.#world, this.#source, Math.max(source.periodSeconds, this.#patience.pulseMs / 500));
    for await (const observation of source.watch(this.#source, context)) {
      // A process that was stopped for a while must not say what ran before as what runs now.
      if (
        observation.kind === 'all' &&
        !(await takeLease(store, { source: id, holder, seconds: this.#patience.leaseMs / 1000 }))
      )
        return;
      if (signal.aborted) return;
      await takeIn.take(observation);
      await this.#connected();
      onGood();
    }
  }

  async #connected(): Promise<void> {
    const isNew = this.#said !== 'connected';
    const nowMs = performance.now();
    // Whatever it tells says that it is there; that need not be written each time.
    if (!isNew && nowMs - this.#notedMs < this.#patience.pulseMs / 2) return;
    this.#said = 'connected';
    this.#notedMs = nowMs;
    await this.#world.directory.note(this.#source.id, { state: 'connected' });
    if (isNew) await this.#world.ledger.append(connectionEntry(this.#source, undefined));
  }

  async #fail(error: unknown): Promise<void> {
    const { directory, ledger, onTrouble } = this.#world;
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof CodedError) || error.code.startsWith('store-') || error.code.startsWith('ledger-'))
      onTrouble?.(`${this.#source.name}: ${message}`);
    const isNew = this.#said !== 'failing';
    this.#said = 'failing';
    try {
      await directory.note(this.#source.id, { state: 'failing', message });
      if (isNew) await ledger.append(connectionEntry(this.#source, message));
    } catch (cause) {
      onTrouble?.(`${this.#source.name}: ${(cause as Error).message}`);
    }
  }
}

/** What sources are asked with, when nothing is known of them yet. */
export function sourceContext(
  world: Pick<WatchWorld, 'env' | 'image' | 'now'>,
  signal: AbortSignal,
  { pulseMs, stallTimeoutMs }: Pick<WatchPatience, 'pulseMs' | 'stallTimeoutMs'> = usualPatience,
): WatchContext {
  const { env, image, now = () => new Date() } = world;
  return { signal, env, image, now, pulseMs, stallTimeoutMs, redact: redactText, known: new Set(), cursor: undefined };
}
