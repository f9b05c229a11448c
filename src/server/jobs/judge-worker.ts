import { JudgingProcess, type JudgingProcessOptions, type RejudgeOutcome } from '../../flows/rejudge/index.ts';

import type { Tracer } from '../tracing/index.ts';

const everyMs = 60_000;

export interface JudgeWorkerOptions extends JudgingProcessOptions {
  readonly tracer: Tracer | undefined;
  /** Called after a run that judged something. */
  readonly onDone: () => void;
  readonly onError: (error: unknown) => void;
}

/** What came of judging by one advisory database. */
export interface JudgedSoFar {
  readonly databaseDigest: string | undefined;
  readonly judged: number;
  readonly turned: number;
}

/**
 * Has stored records judged again in the background, by a process of its own so that requests stay fast: when told, every minute,
 * and at the very moment at which time alone may turn a verdict.
 */
export class JudgeWorker {
  readonly #process: JudgingProcess;
  readonly #onDone: () => void;
  readonly #onError: (error: unknown) => void;
  #soFar: JudgedSoFar = { databaseDigest: undefined, judged: 0, turned: 0 };
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;
  #moment: NodeJS.Timeout | undefined;

  readonly #tracer: Tracer | undefined;

  constructor({ tracer, onDone, onError, ...options }: JudgeWorkerOptions) {
    this.#process = new JudgingProcess(options);
    this.#tracer = tracer;
    this.#onDone = onDone;
    this.#onError = onError;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), everyMs);
    this.wake();
  }

  wake(): void {
    this.run().catch((error: unknown) => {
      if (!this.#isStopped) this.#onError(error);
    });
  }

  /** A run that begins now, after the one that is under way. */
  async run(): Promise<RejudgeOutcome> {
    const span = this.#tracer?.start('judge again', { kind: 'consumer' });
    const outcome = await this.#process.run().catch((error: unknown) => {
      span?.end(error instanceof Error ? error.message : String(error));
      throw error;
    });
    const { databaseDigest } = outcome;
    const { judged, turned } = this.#soFar.databaseDigest === databaseDigest ? this.#soFar : { judged: 0, turned: 0 };
    this.#soFar = { databaseDigest, judged: judged + outcome.judged, turned: turned + outcome.turned };
    // A run that found nothing to do tells nobody anything.
    if (outcome.judged > 0) {
      span?.set({ 'plimsoll.judged': outcome.judged, 'plimsoll.turned': outcome.turned });
      span?.end();
      this.#onDone();
    }
    this.#wakeAt(outcome.next);
    return outcome;
  }

  /** What all runs by the advisory database of now came to. */
  get soFar(): JudgedSoFar {
    return this.#soFar;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#moment);
    await this.#process.close();
  }

  #wakeAt(next: string | undefined): void {
    clearTimeout(this.#moment);
    const inMs = next === undefined ? Infinity : Date.parse(next) - Date.now();
    // What is further away is seen by the run of a later minute.
    if (!this.#isStopped && inMs <= everyMs) this.#moment = setTimeout(() => this.wake(), Math.max(0, inMs) + 1);
  }
}
