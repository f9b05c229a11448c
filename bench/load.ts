import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../src/server/contract/index.ts';
import { countDue, noteContainers, noteHost, openStore } from '../src/server-store/index.ts';
import { buildImage } from '../test/make/image-builder.ts';
import { pushImage } from '../test/make/push-image.ts';
import { noRegistryReason, startRegistry } from '../test/make/registry.ts';
import { firstToken, runBuilt, startServe, withSecret } from '../test/make/serve-process.ts';
import type { Caller } from '../test/make/test-server.ts';
import { dayOfAdvisories, digestOf, madeAt } from './fleet.ts';
import { keepFleet } from './kept-fleet.ts';
import { descendants, postgresOf, ProcessorShares } from './processor.ts';

/*
 * A server under load, over loopback: `npm run bench load [RECORDS [FOLDER]]`. 500 reads a second of what the dashboard asks, at
 * moments that are fixed beforehand: a read that had to wait for earlier ones is counted with its waiting. First with nothing else to
 * do, then while all records are judged again, then from an import of advisories on. Then 100 scans asked for at once. The bar: p99 of
 * 50 ms beside judging. With a folder its data are kept there for the next time.
 */
const count = Number(process.argv[2] ?? 10_000);
const perSecond = Number(process.env['PLIMSOLL_BENCH_RATE'] ?? 500);
const kept = process.argv[3];
const folder = kept ?? mkdtempSync(join(tmpdir(), 'plimsoll-load-'));
mkdirSync(folder, { recursive: true });
chmodSync(folder, 0o755);
const data = join(folder, 'data');
const database = join(data, 'advisories.db');
const scopes = ['read', 'scan', 'policy.write', 'ledger.read', 'advisories.write'] as const;
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

interface Figures {
  readonly times: number[];
  readonly failed: number;
}

try {
  await prepare();
  const serve = { data, args: ['--scans', String(cpus().length), '--allow-address', '127.0.0.0/8'] };
  const server = await startServe(serve);
  try {
    const secret = existsSync(join(folder, 'secret')) ? readSecret() : await firstToken(server, scopes);
    writeFileSync(join(folder, 'secret'), secret, { mode: 0o600 });
    const call = withSecret(server.url, secret);
    const reads = await mixOf(call);
    const load = (seconds: number): Promise<ReadonlyMap<string, Figures>> =>
      openLoop(server.url, secret, { reads, seconds });
    const shares = new ProcessorShares(() => ({
      server: [server.child.pid!],
      'judging process': descendants(server.child.pid!)
        .filter(({ command }) => command.includes('rejudge'))
        .map(({ pid }) => pid),
      PostgreSQL: postgresOf(data),
      client: [process.pid],
    }));
    await load(3);
    await blockedFor(server.url);
    shares.sinceLast();
    print('reads, nothing else to do', await load(10));
    say(`${shares.sinceLast()}\n${await blockedFor(server.url)}`);
    await changePolicy(call);
    const began = performance.now();
    const beside = load(15);
    const watcher = await openStore({ folder: data, connections: 1 });
    while ((await countDue(watcher)) === 0) await sleep(20);
    while ((await countDue(watcher)) > 0) await sleep(100);
    await watcher.close();
    say(`all ${count} records judged again in ${((performance.now() - began) / 1000).toFixed(1)} s meanwhile`);
    print('reads while records are judged again; bar: p99 of 50 ms', await beside);
    say(`${shares.sinceLast()}\n${await blockedFor(server.url)}`);
    const after = load(15);
    say(`\n${await importDay(server.url, secret)}`);
    print('reads from an import on that touches most images', await after);
    say(`${shares.sinceLast()}\n${await blockedFor(server.url)}`);
    if (noRegistryReason() === undefined) await scans(call);
  } finally {
    await server.kill('SIGTERM');
  }
} finally {
  agent.destroy();
  if (kept === undefined) rmSync(folder, { recursive: true, force: true });
}

/** The store with all records judged once, and 2,000 containers of them. */
async function prepare(): Promise<void> {
  if (existsSync(join(folder, 'secret'))) return;
  const store = await openStore({ folder: data });
  say(await keepFleet(store, { count, folder, database }));
  const host = await noteHost(store, { kind: 'docker', name: 'node-1' }, madeAt);
  const environments = ['production', 'staging', 'test'];
  const containers = Array.from({ length: 2000 }, (_, n) => ({
    id: `c-${n}`,
    name: `app-${n}`,
    imageIds: [digestOf((n * 7) % count)],
    imageName: `registry.example.com/team-${n % 25}/app-${(n * 7) % count}:1`,
    environment: environments[n % 3]!,
    team: `team-${n % 25}`,
    since: madeAt,
  }));
  await noteContainers(store, host, { containers, now: new Date() });
  await store.close();
  const { status, output } = runBuilt(['rejudge', '--data', data, '--db', database], { data });
  if (status !== 0) throw new Error(output);
}

function readSecret(): string {
  return readFileSync(join(folder, 'secret'), 'utf8');
}

/** Addresses of reads, as often among each other as the dashboard asks for them. */
async function mixOf(call: Caller): Promise<readonly { readonly name: string; readonly path: string }[]> {
  const image = (n: number): string => `/v1/images/${digestOf((n * 131) % count)}`;
  const { body } = await call<{ next?: string }>('GET', '/v1/images?limit=50&sort=name');
  const next = body.next === undefined ? '' : `&cursor=${encodeURIComponent(body.next)}`;
  const lists = [
    'sort=-kept',
    'sort=verdict',
    'sort=-size',
    `sort=name${next}`,
    'verdict=fail&sort=name',
    'team=team-7',
  ];
  const kinds: readonly (readonly [number, string, (n: number) => string])[] = [
    [25, 'list of images', (n) => `/v1/images?limit=50&${lists[n % lists.length]}`],
    [20, 'one image', image],
    [10, 'findings of one', (n) => `${image(n)}/findings?limit=50`],
    [5, 'verdicts of one', (n) => `${image(n)}/verdicts`],
    [15, 'search', (n) => `/v1/search?q=${['app-', 'team-3/app-1', 'package-20', 'CVE-2025-100'][n % 4]}${n % 90}`],
    [10, 'impact', (n) => `/v1/impact?q=CVE-2025-${50_000 + (n % 40) * 100}`],
    [5, 'fleet', () => '/v1/fleet'],
    [5, 'containers', (n) => `/v1/containers?limit=50${n % 2 === 0 ? '' : '&environment=production'}`],
    [5, 'ledger', () => '/v1/ledger?limit=50'],
  ];
  const total = kinds.reduce((sum, [weight]) => sum + weight, 0);
  // 37 has no divisor in common with 100: kinds come in turn, not in heaps.
  return Array.from({ length: 4 * total }, (_, n) => {
    let at = (n * 37) % total;
    const [, name, path] = kinds.find(([weight]) => (at -= weight) < 0)!;
    return { name, path: path(n) };
  });
}

/** Asks at moments fixed beforehand; each read's time counts from its moment, whenever it was sent. */
async function openLoop(
  url: string,
  secret: string,
  {
    reads,
    seconds,
  }: { readonly reads: readonly { readonly name: string; readonly path: string }[]; readonly seconds: number },
): Promise<ReadonlyMap<string, Figures>> {
  const figures = new Map<string, { times: number[]; failed: number }>();
  const asked: Promise<void>[] = [];
  const began = performance.now() + 50;
  for (let n = 0; n < perSecond * seconds; n++) {
    const moment = began + (n * 1000) / perSecond;
    const early = moment - performance.now();
    if (early > 1) await sleep(early);
    const { name, path } = reads[n % reads.length]!;
    const own = figures.get(name) ?? { times: [], failed: 0 };
    figures.set(name, own);
    asked.push(
      get(new URL(path, url), secret).then((status) => {
        own.times.push(performance.now() - moment);
        if (status !== 200) own.failed++;
      }),
    );
  }
  await Promise.all(asked);
  return figures;
}

/** How long the server's event loop let things wait since this was asked the last time. */
async function blockedFor(url: string): Promise<string> {
  const text = await (await fetch(new URL('/metrics', url))).text();
  const ms = (name: string): string =>
    (Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(text)?.[1]) * 1000).toFixed(0);
  return `what waited for the server's event loop: p99 ${ms('p99')} ms, longest ${ms('max')} ms`;
}

function get(url: URL, secret: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(url, { agent, headers: { authorization: `Bearer ${secret}` } }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.once('error', () => resolve(0));
    sent.end();
  });
}

async function changePolicy(call: Caller): Promise<void> {
  const { body, headers } = await call<{ text: string }>('GET', '/v1/policies/production');
  const days = Number(/maxAgeDays: (\d+)/.exec(body.text)![1]);
  const text = body.text.replace(/maxAgeDays: \d+/, `maxAgeDays: ${days + 1}`);
  await call('PUT', '/v1/policies/production', { text, why: 'bench' }, { 'if-match': headers.get('etag')! });
}

/** A day's advisories, two of them on sources of Debian that most images have; another day's each time. */
async function importDay(url: string, secret: string): Promise<string> {
  const file = join(folder, 'day');
  const day = existsSync(file) ? Number(readFileSync(file, 'utf8')) + 1 : 1;
  writeFileSync(file, String(day));
  const began = performance.now();
  const answer = await fetch(new URL('/v1/advisories/import', url), {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/octet-stream' },
    body: dayOfAdvisories(day, { sources: 2 }),
  });
  const { judged } = (await answer.json()) as { readonly judged?: number };
  if (judged === undefined) throw new Error(`the import was answered with ${answer.status}`);
  return `${judged} records judged after an import, both in ${((performance.now() - began) / 1000).toFixed(1)} s`;
}

/** 100 scans asked for at once, each with a key, and each asked for twice. */
async function scans(call: Caller): Promise<void> {
  const registry = await startRegistry();
  try {
    const references = await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        pushImage(
          registry,
          `shop/n${n}:1`,
          buildImage({ layers: [{ files: { '/etc/number': `${n} ${Date.now()}` } }] }),
        ),
      ),
    );
    const began = performance.now();
    const ask = (reference: string) =>
      call<Job>('POST', '/v1/scans', { reference }, { 'idempotency-key': `${began} ${reference}` });
    const first = await Promise.all(references.map(ask));
    const acknowledged = performance.now() - began;
    const again = await Promise.all(references.map(ask));
    const ids = new Set([...first, ...again].map(({ body }) => body.id));
    const done = new Map<string, Job>();
    while (done.size < ids.size) {
      await sleep(200);
      for (const id of ids) {
        if (done.has(id)) continue;
        const { body } = await call<Job>('GET', `/v1/scans/${id}`);
        if (['done', 'failed', 'cancelled'].includes(body.state)) done.set(id, body);
      }
    }
    const jobs = [...done.values()];
    const well = jobs.filter(({ state, tries }) => state === 'done' && tries === 1).length;
    say(
      `100 scans asked for at once, each twice by its key: ${ids.size} jobs, acknowledged within ${acknowledged.toFixed(0)} ms, ${well} done by one try, ${new Set(jobs.map(({ image }) => image)).size} images, all in ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
  } finally {
    await registry.stop();
  }
}

function print(title: string, figures: ReadonlyMap<string, Figures>): void {
  say(`\n${title} (${perSecond} a second, open loop)`);
  say(
    `${'what'.padEnd(18)}${['number', 'p50', 'p90', 'p99', 'longest', 'failed'].map((each) => each.padStart(9)).join('')}`,
  );
  const rows: (readonly [string, Figures])[] = [...figures];
  const all = {
    times: rows.flatMap(([, { times }]) => times),
    failed: rows.reduce((sum, [, { failed }]) => sum + failed, 0),
  };
  for (const [name, { times, failed }] of [...rows, ['all', all] as const]) {
    const sorted = times.toSorted((a, b) => a - b);
    const at = (part: number): string =>
      `${sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]!.toFixed(1)}`;
    const cells = [String(sorted.length), at(0.5), at(0.9), at(0.99), at(1), String(failed)];
    say(`${name.padEnd(18)}${cells.map((each) => each.padStart(9)).join('')}`);
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
