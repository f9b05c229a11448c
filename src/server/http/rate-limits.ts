import { CodedError } from '../../model/index.ts';

interface Bucket {
  left: number;
  at: number;
}

const mostCallers = 10_000;

/** Lets each caller do so much a second for long, and a burst of more; forgets those that were quiet longest. */
export class RateLimit {
  readonly #perSecond: number;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ perSecond, burst }: { readonly perSecond: number; readonly burst: number }) {
    this.#perSecond = perSecond;
    this.#burst = burst;
  }

  /** @throws CodedError `too-many-requests` */
  take(caller: string, nowMs: number): void {
    const known = this.#buckets.get(caller);
    const bucket = known ?? { left: this.#burst, at: nowMs };
    bucket.left = Math.min(this.#burst, bucket.left + ((nowMs - bucket.at) / 1000) * this.#perSecond);
    bucket.at = nowMs;
    // The map keeps the order of insertion: whoever was here last goes to its end.
    this.#buckets.delete(caller);
    this.#buckets.set(caller, bucket);
    if (this.#buckets.size > mostCallers) this.#buckets.delete(this.#buckets.keys().next().value!);
    if (bucket.left < 1)
      throw new CodedError('too-many-requests', `that is more than ${this.#perSecond} requests a second`, {
        hint: `wait ${Math.max(1, Math.ceil((1 - bucket.left) / this.#perSecond))} s`,
      });
    bucket.left -= 1;
  }
}
