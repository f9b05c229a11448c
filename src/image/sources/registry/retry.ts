import { setTimeout as sleep } from 'node:timers/promises';
import type { NetworkSettings } from '../source.ts';

export interface RetryPolicy {
  readonly maxTries: number;
  readonly baseMs: number;
  readonly maxWaitMs: number;
}

export function retryPolicy(settings: NetworkSettings = {}): RetryPolicy {
  return {
    maxTries: settings.maxTries ?? 5,
    baseMs: settings.retryBaseMs ?? 500,
    maxWaitMs: settings.maxWaitMs ?? 60_000,
  };
}

/**
 * How long to wait after a failed try, in milliseconds: what Retry-After says (RFC 9110 § 10.2.3), else doubling, with
 * up to a quarter of chance so that many clients do not come back at once.
 * @returns undefined where the server wants more patience than the policy has.
 */
export function waitBefore(tries: number, policy: RetryPolicy, retryAfter?: string): number | undefined {
  if (retryAfter !== undefined) {
    const askedMs = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - Date.now();
    if (askedMs > policy.maxWaitMs) return undefined;
    if (askedMs >= 0) return askedMs;
  }
  return Math.min(policy.maxWaitMs, policy.baseMs * 2 ** (tries - 1) * (1 + Math.random() / 4));
}

/** Waits, unless the work is called off. */
export async function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(waitMs, undefined, { signal });
  } catch {
    throw signal.reason;
  }
}
