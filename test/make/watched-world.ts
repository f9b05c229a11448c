import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type WantedScan, type WatchedSource, watchSources } from '../../src/flows/watch/index.ts';
import type { LedgerEntry } from '../../src/ledger/index.ts';
import { ledgerState, LedgerWriter, readEntries, type Store } from '../../src/server-store/index.ts';

/** A watch over a store, with its sources in memory. */
export interface WatchedWorld {
  readonly sources: WatchedSource[];
  readonly notes: { readonly id: string; readonly state: string; readonly message?: string }[];
  readonly wanted: WantedScan[];
  readonly troubles: string[];
  /** `container.start nginx` …, the oldest first. */
  entries(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

let count = 0;

/** Starts watching at a quick pace. */
export function watchWorld(store: Store, sources: readonly WatchedSource[], leaseMs = 2000): WatchedWorld {
  const ending = new AbortController();
  const ledger = new LedgerWriter(store);
  const list = [...sources];
  const world: Omit<WatchedWorld, 'entries' | 'stop'> = { sources: list, notes: [], wanted: [], troubles: [] };
  const done = watchSources({
    store,
    ledger,
    directory: {
      list: () => Promise.resolve([...list]),
      async note(id, state) {
        world.notes.push({ id, ...state });
      },
    },
    async wantScan(wanted) {
      world.wanted.push(wanted);
    },
    onTrouble: (message) => void world.troubles.push(message),
    env: process.env,
    image: { cacheDirectory: join(tmpdir(), 'plimsoll-test-watch') },
    holder: `test-${process.pid}-${++count}`,
    signal: ending.signal,
    patience: { leaseMs, pollMs: 100, pulseMs: 300, stallTimeoutMs: 5000, retryMs: 50, longestRetryMs: 500 },
  });
  return {
    ...world,
    async entries() {
      const said: string[] = [];
      const { size } = await ledgerState(store);
      for await (const part of readEntries(store, { after: 0, until: size }))
        for (const { text } of part) {
          const { action, details = {}, subject } = JSON.parse(text) as LedgerEntry;
          said.push(`${action} ${String(details['name'] ?? details['container'] ?? subject.name)}`);
        }
      return said;
    },
    async stop() {
      ending.abort();
      await done;
      await ledger.close();
    },
  };
}

/** Waits until something is so; ample for a busy machine. */
export async function until<T>(what: () => Promise<T>, expected: T): Promise<void> {
  for (let i = 0; i < 900; i++, await sleep(100)) {
    try {
      expect(await what()).toEqual(expected);
      return;
    } catch {
      // Not yet.
    }
  }
  expect(await what()).toEqual(expected);
}
