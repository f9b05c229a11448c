/** A process that watches the sources it is given, for tests that kill it: DATABASE_URL HOLDER SOURCES (JSON). */
import { tmpdir } from 'node:os';
import { watchSources, type WatchedSource } from '../../src/flows/watch/index.ts';
import { LedgerWriter, openStore } from '../../src/server-store/index.ts';

const [databaseUrl, holder, sources] = process.argv.slice(2) as [string, string, string];
const store = await openStore({ databaseUrl, connections: 4 });
await watchSources({
  store,
  ledger: new LedgerWriter(store),
  directory: {
    list: () => Promise.resolve(JSON.parse(sources) as WatchedSource[]),
    note: (id, state) => Promise.resolve(void process.stdout.write(`${id} ${state.state}\n`)),
  },
  wantScan: () => Promise.resolve(),
  env: {},
  image: { cacheDirectory: tmpdir() },
  holder,
  signal: new AbortController().signal,
  patience: { leaseMs: 1500, pollMs: 100, pulseMs: 200, stallTimeoutMs: 5000, retryMs: 50, longestRetryMs: 500 },
});
