import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { importAdvisories } from '../src/flows/advisories/index.ts';
import { JudgingProcess, type ProcessOutcome } from '../src/flows/rejudge/index.ts';
import { dayOfAdvisories, digestOf, madeAt } from './fleet.ts';
import { keepFleet } from './kept-fleet.ts';
import { currentVerdict, listImages, openStore, readDocument, writeDocument } from '../src/server-store/index.ts';

/*
 * Judging stored records again, on a real PostgreSQL: `npm run bench rejudge [RECORDS]`. The bars, for 10,000 records of 300
 * packages: complete 10 s of one core, a day's advisories 1 s; and what a read takes beside it.
 */
const count = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-bench-'));
chmodSync(folder, 0o755);
const database = join(folder, 'advisories.db');
const storeOptions = process.env['PLIMSOLL_DATABASE_URL']
  ? { databaseUrl: process.env['PLIMSOLL_DATABASE_URL'] }
  : { folder: join(folder, 'data') };
const store = await openStore(storeOptions);
try {
  say(await keepFleet(store, { count, folder, database }));
  const judging = new JudgingProcess({
    program: [process.execPath, join(import.meta.dirname, '../src/cli/main.ts')],
    store: storeOptions,
    databasePath: database,
    env: process.env,
  });
  await report('first judgement, whole records read', { run: () => judging.run() });
  const quiet = await readsFor(3000);
  for (const maxAgeDays of [91, 92]) {
    await changePolicy(/maxAgeDays: 9\d/, `maxAgeDays: ${maxAgeDays}`);
    await report('complete: a policy that says the same of these', { bar: 10, run: () => judging.run() });
  }
  await changePolicy(/fixedForDays: \d+/, 'fixedForDays: 15');
  await report('complete: a policy by which each verdict reads differently', { run: () => judging.run() });
  for (const day of [1, 2]) {
    const took = await importDay(day, { sources: 0 });
    await report(`a day of advisories, after ${took}`, { bar: 1, run: () => judging.run() });
  }
  await importDay(3, { sources: 2 });
  await report('a day with two on sources of Debian', { run: () => judging.run() });
  await report('nothing changed', { run: () => judging.run() });
  say(`reads while nothing is judged: ${quiet}`);
  await judging.close();
} finally {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}

async function report(
  name: string,
  { bar, run }: { readonly bar?: number; readonly run: () => Promise<ProcessOutcome> },
): Promise<void> {
  const stop = new AbortController();
  const reads = readsUntil(stop.signal);
  const began = performance.now();
  const { noticed, judged, turned, cpuSeconds } = await run();
  const seconds = (performance.now() - began) / 1000;
  stop.abort();
  const ratio = bar === undefined ? '' : `, ${(seconds / bar).toFixed(2)}x the bar of ${bar} s`;
  say(
    `${name}: ${judged} judged, ${turned} turned, ${noticed.packages} package versions touched, in ${seconds.toFixed(2)} s (${cpuSeconds.toFixed(2)} s of the process's processor time)${ratio}; reads beside it: ${await reads}`,
  );
}

async function readsFor(ms: number): Promise<string> {
  const stop = new AbortController();
  const reads = readsUntil(stop.signal);
  await sleep(ms);
  stop.abort();
  return reads;
}

/** A page of images, then the verdict of one, one after the other until told to stop. */
async function readsUntil(signal: AbortSignal): Promise<string> {
  const times: number[] = [];
  for (let n = 0; !signal.aborted || times.length < 20; n++) {
    const began = performance.now();
    if (n % 2 === 0) await listImages(store, { reach: undefined, sort: 'name', limit: 50 });
    else await currentVerdict(store, digestOf(n % count), 'default');
    times.push(performance.now() - began);
    await sleep(5);
  }
  times.sort((a, b) => a - b);
  const at = (part: number): string => times[Math.min(times.length - 1, Math.floor(times.length * part))]!.toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms of ${times.length}`;
}

async function changePolicy(what: RegExp, by: string): Promise<void> {
  const before = (await readDocument(store, 'policy', 'production'))!;
  const text = before.text.replace(what, by);
  if (text === before.text) throw new Error('the policy did not change');
  await writeDocument(store, { kind: 'policy', name: 'production', text, writtenBy: 'bench', basedOn: before.version });
}

async function importDay(day: number, what: { readonly sources: number }): Promise<string> {
  writeFileSync(join(folder, 'day.ndjson'), dayOfAdvisories(day, what));
  const began = performance.now();
  const now = new Date(madeAt.getTime() + day * 86_400_000);
  const paths = [join(folder, 'day.ndjson')];
  await importAdvisories({ paths, database, replace: false, builtAt: now.toISOString(), now });
  return `an import of ${((performance.now() - began) / 1000).toFixed(2)} s`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
