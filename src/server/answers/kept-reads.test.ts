import { afterAll, beforeAll, expect, test } from 'vitest';
import { cartRecord } from '../../../test/make/cart-image.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { type Caller, caller, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import { makeDatabase, type MadeDatabase, ndjson } from '../../advisories/made-database.ts';
import type { ImageRecord } from '../../model/index.ts';
import { noteContainers, noteFindings, noteHost, writeDocument } from '../../server-store/index.ts';
import { type MadeToken, rolePermissions } from '../contract/index.ts';
import type { reads } from './kept-reads.ts';

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;
const recordOf = (n: number): ImageRecord => {
  const record = cartRecord();
  return { ...record, image: { ...record.image, digest: digestOf(n) as never } };
};
const vulnerable = (id: string, name: string): object => ({
  id,
  modified: '2026-11-01T00:00:00Z',
  published: '2026-09-01T00:00:00Z',
  severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
  affected: [
    { package: { ecosystem: 'Debian:12', name }, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }] },
  ],
});

/** An address of each route whose answers are kept. */
const addresses = {
  listImages: '/v1/images?sort=verdict',
  getImage: `/v1/images/${digestOf(1)}`,
  listVerdicts: `/v1/images/${digestOf(1)}/verdicts`,
  listFindings: `/v1/images/${digestOf(1)}/findings`,
  listSecrets: `/v1/images/${digestOf(1)}/secrets`,
  listPackages: `/v1/images/${digestOf(1)}/packages`,
  listExecutables: `/v1/images/${digestOf(1)}/executables`,
  listContainers: '/v1/containers',
  listWorkloads: '/v1/workloads',
  listBases: '/v1/bases',
  getBase: '/v1/bases/debian-12-java17',
  getImpact: '/v1/impact?q=libssl3',
  search: '/v1/search?q=a',
  listLedger: '/v1/ledger?limit=5',
} satisfies Record<keyof typeof reads, string>;
const all = [
  ...Object.values(addresses),
  '/v1/fleet',
  '/v1/impact?q=CVE-2026-9',
  `/v1/images/${digestOf(1)}/packages?limit=1`,
  `/v1/images/${digestOf(1)}/executables?setuid=true`,
  '/v1/images?verdict=fail&running=true',
];

let databaseUrl: string;
let database: MadeDatabase;
let writing: TestServer;
let reading: TestServer;
let secret: string;
const asTold = (server: TestServer): Caller => caller(server.url, { authorization: `Bearer ${secret}` });

beforeAll(async () => {
  databaseUrl = await postgresServers[0]!.freshDatabase();
  database = await makeDatabase({ 'a.ndjson': ndjson(vulnerable('CVE-2026-8', 'elsewhere')) });
  // No process of theirs judges by itself: what changes is what the test changes.
  const options = { database: database.path, program: [process.execPath, '-e', 'setInterval(() => {}, 1000)'] };
  writing = await startTestServer(databaseUrl, options);
  reading = await startTestServer(databaseUrl, options);
  const made = await writing.admin<MadeToken>('POST', '/v1/tokens', { name: 't', scopes: rolePermissions.admin });
  secret = made.body.secret;
});
afterAll(async () => {
  await writing?.close();
  await reading?.close();
  database?.remove();
});

test('what another process changes is in the next answer: as in that of a server that has kept none', async () => {
  const { store } = writing;
  const write = asTold(writing);
  const host = await noteHost(store, { kind: 'docker', name: 'node-1' }, new Date('2026-11-20'));
  const container = {
    ...{ id: 'c1', name: 'cart', imageIds: [digestOf(1)], imageName: 'cart:1', environment: 'production' },
    ...{ workload: { namespace: 'shop', kind: 'Deployment', name: 'cart' }, since: new Date('2026-11-20') },
  };
  const base = `apiVersion: plimsoll.dev/v1
kind: Base
metadata: { name: debian-12-java17 }
purpose: java
source: debian:12
owner: platform@example.com
state: candidate
releases: []
`;
  const acts: readonly (readonly [what: string, act: () => Promise<unknown>])[] = [
    [
      'a base',
      () => writeDocument(store, { kind: 'base', name: 'debian-12-java17', text: base, writtenBy: 'me', basedOn: 0 }),
    ],
    [
      'a first record',
      () => write('POST', '/v1/records', { record: recordOf(1), reference: 'shop/cart:1', team: 'shop' }),
    ],
    ['another record', () => write('POST', '/v1/records', { record: recordOf(2), reference: 'shop/cart:2' })],
    ['advisories', () => database.add({ 'b.ndjson': ndjson(vulnerable('CVE-2026-9', 'openssl')) })],
    ['a container', () => noteContainers(store, host, { containers: [container], now: new Date('2026-11-21') })],
    [
      'a finding that is gone',
      () => noteFindings(store, { record: { ...recordOf(1), findings: [] }, waived: new Set(), now: new Date() }),
    ],
    [
      'a record with other contents',
      () =>
        write('POST', '/v1/records', {
          record: { ...recordOf(1), packages: recordOf(1).packages.slice(1) },
          reference: 'shop/cart:1',
        }),
    ],
    [
      'a policy',
      async () => {
        const name = (await write<{ items: { name: string; active: boolean }[] }>('GET', '/v1/policies')).body.items[0]!
          .name;
        const { body, headers } = await write<{ text: string }>('GET', `/v1/policies/${name}`);
        await write(
          'PUT',
          `/v1/policies/${name}`,
          { text: `${body.text}\n# a`, why: 'test' },
          { 'if-match': headers.get('etag')! },
        );
      },
    ],
    ['a container that ended', () => noteContainers(store, host, { containers: [], now: new Date('2026-11-22') })],
  ];
  let before = await answersOf(reading);
  for (const [what, act] of acts) {
    await act();
    const [kept, again] = [await answersOf(reading), await answersOf(reading)];
    const fresh = await startTestServer(databaseUrl, {
      database: database.path,
      program: [process.execPath, '-e', ''],
    });
    const anew = await answersOf(fresh);
    await fresh.close();
    expect(kept, what).toEqual(anew);
    expect(again, what).toEqual(anew);
    expect(kept, what).not.toEqual(before);
    before = kept;
  }
});

test('who has it already is told so, and who may see less is never given what was made for others', async () => {
  const { store } = writing;
  await asTold(writing)('POST', '/v1/records', { record: recordOf(3), reference: 'theirs:1', team: 'theirs' });
  const ask = asTold(reading);
  const first = await ask('GET', '/v1/images');
  const etag = first.headers.get('etag')!;
  expect((await ask('GET', '/v1/images', undefined, { 'if-none-match': etag })).status).toBe(304);
  const host = await noteHost(store, { kind: 'docker', name: 'node-2' }, new Date());
  const container = { id: 'c3', name: 'theirs', imageIds: [digestOf(3)], imageName: 'x', since: new Date() };
  await noteContainers(store, host, { containers: [container], now: new Date() });
  expect((await ask('GET', '/v1/images', undefined, { 'if-none-match': etag })).status).toBe(200);
  const made = await writing.admin<MadeToken>('POST', '/v1/tokens', {
    name: 'ours',
    scopes: ['read'],
    teams: ['ours'],
  });
  const ours = caller(reading.url, { authorization: `Bearer ${made.body.secret}` });
  expect((await ask('GET', `/v1/images/${digestOf(3)}`)).status).toBe(200);
  expect((await ours('GET', `/v1/images/${digestOf(3)}`)).status).toBe(404);
  expect((await ours<{ items: unknown[] }>('GET', '/v1/images')).body.items).toEqual([]);
});

/** What a server answers to all questions, but for the time of asking. */
async function answersOf(server: TestServer): Promise<Readonly<Record<string, unknown>>> {
  const ask = asTold(server);
  const answers = await Promise.all(
    all.map(async (address) => {
      const { status, body } = await ask('GET', address);
      return [address, [status, status === 200 ? body : undefined]] as const;
    }),
  );
  return Object.fromEntries(answers);
}
