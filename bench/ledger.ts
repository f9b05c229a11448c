import { mkdtempSync, chmodSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LedgerEvent } from '../src/ledger/index.ts';
import { LedgerWriter, openStore, type Store } from '../src/server-store/index.ts';

/*
 * Appends to the ledger, in one process on the embedded PostgreSQL: `node bench/ledger.ts [ENTRIES [ROUNDS]]`. The floor writes the
 * same bytes with the same promise: rows of the same width into a table with a key and nothing else, 2,000 in each durable
 * transaction, the text already made. The bar: 20,000 appends a second.
 */
const entries = Number(process.argv[2] ?? 40_000);
const rounds = Number(process.argv[3] ?? 5);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
chmodSync(folder, 0o755);
const store = await openStore({ folder });
let written = 0;
try {
  await store.pool.use((client) =>
    client.query('CREATE TABLE floor (sequence bigint PRIMARY KEY, body text, hash bytea)'),
  );
  const writer = new LedgerWriter(store);
  const floors: number[] = [];
  const appends: number[] = [];
  for (let round = -1; round < rounds; round++) {
    const floor = await timed(() => writeFloor(store));
    const append = await timed(() => Promise.all(Array.from({ length: entries }, (_, i) => writer.append(eventOf(i)))));
    if (round < 0) continue;
    floors.push(floor);
    appends.push(append);
  }
  const oneByOne = await timed(async () => {
    for (let i = 0; i < 300; i++) await writer.append(eventOf(i));
  });
  const callers = await timed(() =>
    Promise.all(
      Array.from({ length: 100 }, async () => {
        for (let i = 0; i < 50; i++) await writer.append(eventOf(i));
      }),
    ),
  );
  await writer.close();
  print('floor: the same rows, no chain, no tree, no indexes', entries / median(floors));
  print(
    `appends, ${entries.toLocaleString('en')} at once`,
    entries / median(appends),
    median(appends) / median(floors),
  );
  print('appends of 100 callers that each wait for theirs', 5000 / callers);
  print('appends of one caller, one by one', 300 / oneByOne);
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

function eventOf(i: number): LedgerEvent {
  return {
    actor: { kind: 'automation', name: 'ci-main', known: 'token:ci-main' },
    action: 'scan.request',
    subject: { kind: 'image', name: `sha256:${((i * 7919) % 1_000_003).toString(16).padStart(64, '0')}` },
    from: '10.1.2.3',
    why: 'pushed to main',
    details: { name: `registry.example.com/shop/cart:${i}`, verdict: 'pass' },
  };
}

async function writeFloor(target: Store): Promise<void> {
  const body = 'x'.repeat(460);
  await target.pool.use(async (client) => {
    for (let left = entries; left > 0; left -= 2000) {
      const count = Math.min(2000, left);
      await client.query(
        `INSERT INTO floor SELECT $1::bigint + place, body, '\\x${'ab'.repeat(32)}'
         FROM unnest(string_to_array($2, E'\\n')) WITH ORDINALITY AS given (body, place)`,
        [written, Array.from({ length: count }, () => body).join('\n')],
      );
      written += count;
    }
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function print(what: string, perSecond: number, ratio?: number): void {
  const figure = `${Math.round(perSecond).toLocaleString('en')} a second`;
  process.stdout.write(
    `${what.padEnd(54)} ${figure.padStart(18)}${ratio === undefined ? '' : `  ${ratio.toFixed(2)}x the floor's time`}\n`,
  );
}
