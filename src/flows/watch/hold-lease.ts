import { setTimeout as sleep } from 'node:timers/promises';
import { giveLease, type Store, takeLease } from '../../server-store/index.ts';

/** What one process at a time may do. */
export interface LeaseTerms {
  readonly store: Store;
  readonly source: string;
  readonly holder: string;
  readonly leaseMs: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the lease is ours, works under it, and gives it back. The work's signal aborts when the lease is lost: also when the
 * database can't be reached for as long as it lasts, since another process may have it by then.
 */
export async function holdLease(terms: LeaseTerms, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const { store, source, holder, leaseMs, signal } = terms;
  const request = { source, holder, seconds: leaseMs / 1000 };
  while (!signal.aborted) {
    const askedMs = performance.now();
    if (!(await takeLease(store, request).catch(() => false))) {
      await pause(leaseMs / 4, signal);
      continue;
    }
    const lost = new AbortController();
    const own = AbortSignal.any([signal, lost.signal]);
    const renewing = renew(terms, askedMs, lost);
    try {
      await work(own);
    } finally {
      lost.abort();
      await renewing;
      await giveLease(store, request).catch(() => undefined);
    }
  }
}

async function renew(
  { store, source, holder, leaseMs }: LeaseTerms,
  since: number,
  lost: AbortController,
): Promise<void> {
  let safeUntilMs = since + leaseMs;
  while (!lost.signal.aborted) {
    await pause(leaseMs / 4, lost.signal);
    if (lost.signal.aborted) return;
    const askedMs = performance.now();
    const late = setTimeout(() => lost.abort(), Math.max(0, safeUntilMs - askedMs));
    try {
      if (!(await takeLease(store, { source, holder, seconds: leaseMs / 1000 }))) return lost.abort();
      safeUntilMs = askedMs + leaseMs;
    } catch {
      // Asked again until the time is over.
      if (performance.now() >= safeUntilMs) return lost.abort();
    } finally {
      clearTimeout(late);
    }
  }
}

/** Sleeps, or less where the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
