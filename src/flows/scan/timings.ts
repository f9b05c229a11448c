/** Where the time of a run goes, by stage. */
export class Timings {
  readonly #spentMs = new Map<string, number>();
  readonly #nowMs: () => number;

  /** @param nowMs a clock that only moves forward, in milliseconds. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Runs the work and adds its time to a stage's. */
  async measure<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
    const began = this.#nowMs();
    try {
      return await work();
    } finally {
      this.#spentMs.set(stage, (this.#spentMs.get(stage) ?? 0) + this.#nowMs() - began);
    }
  }

  /** Stages in the order in which they began, milliseconds each. */
  get stages(): readonly { readonly stage: string; readonly spentMs: number }[] {
    return [...this.#spentMs].map(([stage, spentMs]) => ({ stage, spentMs }));
  }
}
