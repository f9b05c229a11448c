import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartRecord } from '../../../test/make/cart-image.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { type Caller, caller, startTestServer, type TestServer } from '../../../test/make/test-server.ts';
import type { ImageRecord } from '../../model/index.ts';
import { noteContainers, noteHost } from '../../server-store/index.ts';
import { type MadeToken, type Role, rolePermissions, roles } from '../contract/index.ts';

const digestOf = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;
const images = { shop: digestOf(1), till: digestOf(2) } as const;
type Team = keyof typeof images;
const teams = Object.keys(images) as Team[];

function recordOf(digest: string): ImageRecord {
  const record = cartRecord();
  return { ...record, image: { ...record.image, digest: digest as never } };
}

/** Every route that tells of something which belongs to a team; what an answer may tell of another team is in none of them. */
const lists = [
  '/v1/images',
  '/v1/containers',
  '/v1/workloads',
  '/v1/fleet',
  '/v1/sources',
  '/v1/scans',
  '/v1/waivers',
  '/v1/vex',
  '/v1/ledger?limit=1000',
  '/v1/bases',
  '/v1/impact?q=libssl3',
  '/v1/search?q=marked',
] as const;
const ofOneImage = [
  '',
  '/record',
  '/verdicts',
  '/findings',
  '/packages',
  '/secrets',
  '/executables',
  '/history',
  '/containers',
  '/provenance',
  '/verification',
];

describe('who has teams', () => {
  let server: TestServer;
  const ids = new Map<Team, { scan: string; source: string; workload: string }>();
  beforeAll(async () => {
    server = await startTestServer(await postgresServers[0]!.freshDatabase());
    const { admin, store } = server;
    const now = new Date();
    const host = await noteHost(store, { kind: 'docker', name: 'shared-node' }, now);
    for (const team of teams) {
      const image = images[team];
      await admin('POST', '/v1/records', { record: recordOf(image), reference: `marked-${team}:1`, team });
      await noteContainers(store, host, {
        now,
        extent: 'part',
        containers: [
          {
            id: `${team}-container`,
            name: `marked-${team}`,
            imageIds: [image],
            imageName: `marked-${team}:1`,
            team,
            since: now,
            workload: { namespace: '', kind: 'service', name: `marked-${team}` },
          },
        ],
      });
      const scan = await admin<{ id: string }>('POST', '/v1/scans', { reference: `marked-${team}.example/a:1`, team });
      const source = await admin<{ id: string }>('POST', '/v1/sources', {
        kind: 'registry',
        name: `marked-${team}`,
        address: 'registry.invalid',
        team,
      });
      const statement = { vulnerability: 'CVE-1', products: [image], status: 'fixed' };
      const vex = { '@context': 'https://openvex.dev/ns/v0.2.0', author: `marked-${team}`, statements: [statement] };
      const sent = { name: `marked-${team}.json`, text: JSON.stringify(vex), team, why: 'tested' };
      expect((await admin('POST', '/v1/vex', sent)).status).toBe(201);
      const verdicts = await admin<{ items: { verdict: { violations: { waiver: string; rule: string }[] } }[] }>(
        'GET',
        `/v1/images/${image}/verdicts`,
      );
      const text = verdicts.body.items[0]!.verdict.violations.find(({ rule }) => rule === 'no-secrets')!
        .waiver.replace(/id: .*/, `id: marked-${team}`)
        .replace(/owner: .*/, `owner: ${team}`)
        .replace(/reason: .*/, 'reason: tested')
        .replace(/expires: .*/, 'expires: 2099-01-01');
      const waiver = await admin('POST', '/v1/waivers', { text, reason: 'tested', image });
      expect([scan.status, source.status, waiver.status, waiver.body.detail]).toEqual([202, 201, 201, undefined]);
      const { rows } = await store.pool.use((client) =>
        client.query<{ id: string }>('SELECT id::text FROM workload WHERE name = $1', [`marked-${team}`]),
      );
      ids.set(team, { scan: scan.body.id, source: source.body.id, workload: rows[0]!.id });
    }
  });
  afterAll(() => server?.close());

  describe.each(roles.map((role) => ({ role })))('as $role', ({ role }) => {
    const may = rolePermissions[role];
    let callers: Record<Team, Caller>;
    beforeAll(async () => {
      const as = async (team: Team): Promise<Caller> => {
        const token = { name: `${role} of ${team}`, scopes: may, teams: [team] };
        const { body } = await server.admin<MadeToken>('POST', '/v1/tokens', token);
        return caller(server.url, { authorization: `Bearer ${body.secret}` });
      };
      callers = { shop: await as('shop'), till: await as('till') };
    });

    test.each(teams.map((team) => ({ team })))('of $team is told of nothing else, in any list', async ({ team }) => {
      const other = teams.find((each) => each !== team)!;
      for (const path of lists) {
        const { status, body } = await callers[team]<object>('GET', path);
        if (path.startsWith('/v1/ledger') && !may.includes('ledger.read')) {
          expect([path, status]).toEqual([path, 403]);
          continue;
        }
        expect([path, status]).toEqual([path, 200]);
        const text = JSON.stringify(body);
        expect([path, text.includes(`marked-${other}`), text.includes(images[other])]).toEqual([path, false, false]);
        // And that it is no empty list that says so.
        if (path !== '/v1/bases') expect([path, text.includes(`marked-${team}`)]).toEqual([path, true]);
      }
    });

    test.each(teams.map((team) => ({ team })))('of $team reaches nothing else by its address', async ({ team }) => {
      const other = teams.find((each) => each !== team)!;
      const theirs = ids.get(other)!;
      const asked: [string, string, unknown?][] = [
        ...ofOneImage.map((part): [string, string] => ['GET', `/v1/images/${images[other]}${part}`]),
        ['GET', `/v1/compare/${images[team]}/${images[other]}`],
        ['GET', `/v1/scans/${theirs.scan}`],
        ['GET', `/v1/workloads/${theirs.workload}`],
      ];
      for (const [method, path, body] of asked)
        expect([path, (await callers[team](method, path, body)).status]).toEqual([path, 404]);
      const changes: [string, string, unknown, string, number][] = [
        ['DELETE', `/v1/scans/${theirs.scan}`, undefined, 'scan', 404],
        ['PATCH', `/v1/sources/${theirs.source}`, { enabled: false }, 'source.write', 404],
        ['DELETE', `/v1/sources/${theirs.source}`, undefined, 'source.write', 404],
        ['PATCH', `/v1/sources/${ids.get(team)!.source}`, { team: other }, 'source.write', 403],
        ['PATCH', `/v1/sources/${ids.get(team)!.source}`, { team: null }, 'source.write', 403],
        ['POST', '/v1/waivers/marked-%/approve', { why: 'x' }, 'waiver.decide', 404],
        ['POST', '/v1/waivers/marked-%/withdraw', { why: 'x' }, 'waiver.request', 404],
        ['POST', '/v1/scans', { reference: 'a:1', team: other }, 'scan', 403],
        ['POST', '/v1/scans', { reference: 'docker:a:1', source: `marked-${other}` }, 'scan', 404],
        ['POST', '/v1/records', { record: recordOf(digestOf(9)), reference: 'a:1', team: other }, 'record.write', 403],
        // What holds for the other team, too.
        ['PUT', '/v1/policies/ours', { text: 'x', why: 'x' }, 'policy.write', 403],
        ['POST', '/v1/advisories/import', {}, 'advisories.write', 403],
        ['PATCH', '/v1/people/anybody', { teams: null }, 'people.write', 403],
      ];
      for (const [method, path, body, permission, status] of changes) {
        const expected = (may as readonly string[]).includes(permission) ? status : 403;
        const address = path.replace('%', other);
        expect([address, (await callers[team](method, address, body)).status]).toEqual([address, expected]);
      }
      const whole = await callers[team]('GET', '/v1/ledger/export');
      expect([whole.status, whole.body.code]).toEqual([403, 'forbidden']);
    });
  });

  test('know that a host is silent on which their containers run, and how much of theirs is known', async () => {
    const shop = await server.withToken(['read'], ['shop']);
    const { body } = await shop<{ coverage: { images: object; sources: { name: string }[] }; totals: object }>(
      'GET',
      '/v1/fleet',
    );
    expect(body.coverage.images).toEqual({ known: 1, unknown: 0 });
    expect(body.coverage.sources.map(({ name }) => name)).toEqual(['marked-shop']);
    expect(body.totals).toEqual({ images: 1, containers: 1, sources: 1, policies: 0 });
    const impact = await shop<{ totals: object }>('GET', '/v1/impact?q=libssl3');
    expect(impact.body.totals).toEqual({ images: 1, containers: 1, records: 1 });
  });

  test('all roles are in the table', () => {
    expect(roles satisfies readonly Role[]).toEqual(['developer', 'security', 'operator', 'auditor', 'admin']);
  });
});
