import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job, Waiver } from '../../src/server/contract/index.ts';
import { addSession, seePerson } from '../../src/server-store/index.ts';
import { digestOf, newSecret } from '../../src/server/identity/digests.ts';
import type { ServerOptions } from '../../src/server/index.ts';
import { alpineData, catalogue, openGate, plimsoll } from './harbour-parts.ts';
import { harbourBases, harbourImages, type HarbourImage } from './harbour-images.ts';
import type { BuiltImage } from './image-builder.ts';
import { writeDockerArchive } from './image-files.ts';
import { type OwnEngine, startOwnEngine } from './own-engine.ts';
import { pushImage } from './push-image.ts';
import { startRegistry, type TestRegistry } from './registry.ts';
import { type Caller, caller, startTestServer, type TestServer } from './test-server.ts';

/** Somebody who is logged in. */
export interface LoggedIn {
  readonly call: Caller;
  /** For a browser, as `name=value`. */
  readonly cookie: string;
  readonly csrf: string;
}

/**
 * A server as it is after some weeks: a registry with images that it has scanned, an engine whose containers run from them, a
 * catalogue of bases, advisories, waivers asked for and decided, a policy that was changed, a verdict that turned.
 */
export interface Harbour {
  readonly server: TestServer;
  readonly registry: TestRegistry;
  readonly engine: OwnEngine;
  readonly people: Readonly<Record<'security' | 'developer' | 'operator' | 'auditor', LoggedIn>>;
  /** Digests by `repository:tag`. */
  readonly images: Readonly<Record<string, string>>;
  /** As a scan takes it. */
  reference(name: string): string;
  /** Runs an image that the engine has or gets. */
  run(image: BuiltImage, name: string, container: string, labels: Readonly<Record<string, string>>): Promise<void>;
  /** Of data/demo-advisories. */
  importAdvisories(...files: readonly string[]): Promise<void>;
  /** One in OSV's form. */
  importText(advisory: object): Promise<void>;
  close(): Promise<void>;
}

const advisories = resolve('data/demo-advisories');

export async function startHarbour(databaseUrl: string, more: Partial<ServerOptions> = {}): Promise<Harbour> {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-harbour-'));
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const registry = await startRegistry();
    ends.push(() => registry.stop());
    const engine = await startOwnEngine();
    ends.push(() => engine.remove());
    const gate = await openGate(engine.socket);
    ends.push(() => gate.stop());
    const database = join(folder, 'advisories.db');
    const start = ['cve-2021-23337.json', 'cve-2024-6119-debian.json', 'exploited.json', 'support.json'];
    const files = [...start.map((name) => join(advisories, name)), alpineData(folder)];
    await plimsoll('db', 'import', ...files, '--db', database, '--quiet', ...['--built-at', new Date().toISOString()]);
    for (const { name, built } of harbourBases()) await pushImage(registry, name, built);
    const server = await startTestServer(databaseUrl, {
      scans: 2,
      allowAddresses: ['127.0.0.0/8'],
      ...{ bases: await catalogue(folder, registry, database), database },
      env: { PATH: process.env['PATH'], HOME: folder, DOCKER_HOST: engine.host },
      ...more,
    });
    ends.push(() => server.close());
    const people = await logPeopleIn(server);
    const harbour: Harbour = {
      ...{ server, registry, engine, people, close },
      images: Object.fromEntries(harbourImages().map(({ name, built }) => [name, built.manifest.digest])),
      reference: (name) => `${registry.address}/${name}`,
      async run(image, name, container, labels) {
        const file = writeDockerArchive(join(folder, 'image.tar'), [{ built: image, name }]);
        await engine.docker(['load', '--quiet', '--input', file]);
        const said = Object.entries(labels).flatMap(([label, text]) => ['--label', `${label}=${text}`]);
        await engine.docker(['run', '--detach', '--network', 'none', '--name', container, ...said, name]);
      },
      async importAdvisories(...names) {
        for (const name of names)
          await harbour.importText(JSON.parse(readFileSync(join(advisories, name), 'utf8')) as object);
      },
      importText: (advisory) => importInto(server, people.security, advisory),
    };
    await fill(harbour, `tcp://127.0.0.1:${gate.port}`);
    return harbour;
  } catch (error) {
    await close();
    throw error;
  }
}

async function fill(harbour: Harbour, engineAddress: string): Promise<void> {
  const { server, registry, people } = harbour;
  const images = harbourImages();
  for (const { name, built } of images) await pushImage(registry, name, built);
  const pipeline = await server.withToken(['read', 'scan', 'record.write']);
  for (const image of images) await scan(pipeline, harbour, image);
  await people.operator.call('POST', '/v1/sources', { kind: 'docker', name: 'node-7', address: engineAddress });
  await people.operator.call('POST', '/v1/sources', {
    ...{ kind: 'registry', name: 'company', address: registry.address },
  });
  for (const [name, container, environment] of runs)
    await harbour.run(images.find((each) => each.name === name)!.built, harbour.reference(name), container, {
      'plimsoll.dev/environment': environment,
      'plimsoll.dev/team': images.find((each) => each.name === name)!.team,
      'com.docker.compose.project': name.split('/')[0]!,
      'com.docker.compose.service': name.split(/[/:]/)[1]!,
    });
  await harbour.engine.docker(['exec', 'gate-1', '/bin/busybox', 'id']);
  await harbour.engine.docker(['rm', '--force', 'search-old']);
  await changePolicy(people.security);
  await askForWaivers(harbour);
  await harbour.importAdvisories('cve-2021-44906.json', 'cve-2021-44228.json', 'cve-2023-44487-debian.json');
  await until(async () => {
    const { body } = await people.operator.call<{ items: unknown[] }>('GET', '/v1/containers');
    return body.items.length === runs.length - 1;
  });
}

const runs = [
  ['shop/search:3.1.0', 'search-1', 'production'],
  ['shop/search:3.1.1', 'search-2', 'staging'],
  ['shop/search:3.1.0', 'search-old', 'production'],
  ['pay/gate:2.4.0', 'gate-1', 'production'],
  ['pay/gate:2.4.0', 'gate-2', 'production'],
  ['pay/ledger:1.0.3', 'ledger-1', 'production'],
  ['ops/relay:0.9.0', 'relay-1', 'staging'],
  ['ops/unheard-of:7', 'odd-1', 'development'],
] as const;

async function scan(pipeline: Caller, harbour: Harbour, { name, team }: HarbourImage): Promise<void> {
  const asked = await pipeline<Job>('POST', '/v1/scans', { reference: harbour.reference(name), team });
  await until(async () => {
    const { body } = await pipeline<Job>('GET', `/v1/scans/${asked.body.id}`);
    if (body.state === 'failed') throw new Error(`${name}: ${body.error!.message}`);
    return body.state === 'done';
  });
}

async function changePolicy({ call }: LoggedIn): Promise<void> {
  const { body, headers } = await call<{ text: string }>('GET', '/v1/policies/production');
  const text = `${body.text}scopes:
  - name: payments
    description: What handles money, and may wait for a fix no longer than three days.
    match:
      images: ["**/pay/**"]
    rules:
      fixable-severity: { effect: fail, atLeast: medium, fixedForDays: 3 }
`;
  const change = { text, why: 'the card contract asks for three days' };
  const answer = await call('PUT', '/v1/policies/production', change, { 'if-match': headers.get('etag')! });
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
}

/** One approved, one refused, one that waits. */
async function askForWaivers({ people, images }: Harbour): Promise<void> {
  const image = images['shop/cart:1.8.2']!;
  type Kept = { items: { verdict: { violations: { waiver: string; findingId?: string }[] } }[] };
  const { body } = await people.developer.call<Kept>('GET', `/v1/images/${image}/verdicts`);
  const [first, second, third] = body.items[0]!.verdict.violations;
  const ask = async (violation: typeof first, reason: string): Promise<string> => {
    const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const text = violation!.waiver
      .replace(/owner: .*/, 'owner: ben@example.com')
      .replace(/reason: .*/, `reason: ${JSON.stringify(reason)}`)
      .replace(/expires: .*/, `expires: ${day}`);
    const request = { text, reason, image, finding: violation!.findingId };
    const answer = await people.developer.call<Waiver>('POST', '/v1/waivers', request);
    if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
    return answer.body.id;
  };
  const approved = await ask(first, 'The function that is wrong is not called; rebuilt with the release of December.');
  const refused = await ask(second, 'There was no time for it.');
  await ask(third, 'The provider has withdrawn the key already.');
  await people.security.call('POST', `/v1/waivers/${approved}/approve`, { why: 'checked with the team' });
  await people.security.call('POST', `/v1/waivers/${refused}/refuse`, { why: 'the fix has been out for a year' });
}

async function logPeopleIn(server: TestServer): Promise<Harbour['people']> {
  const logIn = async (name: string, displayName: string, role: string, teams?: readonly string[]) => {
    const known = 'oidc:https://id.example.com';
    const person = await seePerson(server.store, { known, name, displayName, roles: [role], teams, email: name });
    const [secret, csrf] = [newSecret(), newSecret()];
    const expiresAt = new Date(Date.now() + 86_400_000);
    await addSession(server.store, { digest: digestOf(secret), person: person.id, csrf, expiresAt });
    const cookie = `${server.adminCookie.split('=')[0]!}=${secret}`;
    return { call: caller(server.url, { cookie, 'x-csrf-token': csrf }), cookie, csrf };
  };
  return {
    security: await logIn('ada@example.com', 'Ada Byron', 'security'),
    developer: await logIn('ben@example.com', 'Ben Okafor', 'developer', ['shop']),
    operator: await logIn('cleo@example.com', 'Cleo Marsh', 'operator'),
    auditor: await logIn('dora@example.com', 'Dora Lind', 'auditor'),
  };
}

async function importInto({ url }: TestServer, { cookie, csrf }: LoggedIn, advisory: object): Promise<void> {
  const answer = await fetch(new URL('/v1/advisories/import', url), {
    method: 'POST',
    headers: { cookie, 'x-csrf-token': csrf, 'content-type': 'application/x-ndjson' },
    body: `${JSON.stringify(advisory)}\n`,
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Waits until something is so; ample for a busy machine. */
export async function until(what: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1200; i++, await sleep(100)) if (await what()) return;
  throw new Error(`it never came to be: ${what.toString()}`);
}
