import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDatabase, type MadeDatabase, ndjson } from '../../src/advisories/made-database.ts';
import type { Verdict } from '../../src/model/index.ts';
import { canonicalJson } from '../../src/policy/index.ts';
import type { MadeToken, Permission, Vex, VexAnswer, VexDetail } from '../../src/server/contract/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { advisories, shopImage } from '../cli/shop.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeLayout } from '../make/image-files.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer, type TestServer } from '../make/test-server.ts';

const policy = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: production }
rules:
  fixable-severity: { effect: fail, atLeast: high, fixedForDays: 0 }
`;

/** OpenVEX: the flaw in openssl does no harm. */
const openVex = (more: object = {}, statement: object = {}): string =>
  JSON.stringify({
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://shop.example.com/vex/cart',
    author: 'Shop Security',
    timestamp: '2026-06-01T00:00:00Z',
    version: 1,
    statements: [
      {
        vulnerability: { name: 'CVE-2024-0001' },
        products: [{ '@id': 'pkg:deb/debian/openssl' }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_in_execute_path',
        impact_statement: 'TLS ends before it',
        ...statement,
      },
    ],
    ...more,
  });

describe('VEX documents that a server judges with', () => {
  const place = new Place();
  let server: TestServer;
  let database: MadeDatabase;
  let digest = '';
  const image = 'layout:image';
  const env = (): Record<string, string> => ({ PLIMSOLL_TOKEN: secret, PLIMSOLL_DB: database.path });
  let secret = '';
  const token = async (scopes: readonly Permission[], teams?: readonly string[]): Promise<string> =>
    (await server.admin<MadeToken>('POST', '/v1/tokens', { name: scopes.join(' '), scopes, teams })).body.secret;
  const run = (...args: string[]) => place.plimsoll(args, { env: env() });
  const there = async (of = digest): Promise<Verdict> =>
    (await server.admin<{ items: { verdict: Verdict }[] }>('GET', `/v1/images/${of}/verdicts`)).body.items[0]!.verdict;
  const judgedAt = async (of: string): Promise<string> =>
    (await server.admin<{ items: { judgedAt: string }[] }>('GET', `/v1/images/${of}/verdicts`)).body.items[0]!.judgedAt;
  const rest = { name: 'cart.vex.json', why: 'reviewed' };

  beforeAll(async () => {
    database = await makeDatabase({ 'a.ndjson': ndjson(...advisories) });
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), { database: database.path });
    secret = await token(['read', 'record.write', 'vex.write']);
    const work = place.folder('work');
    writeLayout(join(work, 'image'), [{ built: shopImage(), name: '1' }]);
    writeFileSync(join(work, 'policy.yaml'), policy);
    writeFileSync(join(work, 'cart.vex.json'), openVex());
    const written = await server.admin(
      'PUT',
      '/v1/policies/production',
      { text: policy, why: 'test' },
      { 'if-match': '"1"' },
    );
    expect(written.status).toBe(200);
  });
  afterAll(async () => {
    await server?.close();
    database?.remove();
    place.remove();
  });

  test('give the verdict that the command line gives with the same document, byte for byte', async () => {
    const failing = await run('scan', image, '--server', server.url, '--team', 'shop', '-f', 'json');
    expect([failing.status, failing.stderr]).toEqual([2, expect.stringContaining('kept by the server')]);
    digest = (JSON.parse(failing.stdout) as { verdict: Verdict }).verdict.imageDigest;

    const vex = ['--vex', 'cart.vex.json'];
    const sent = await run('scan', image, '--server', server.url, '--team', 'shop', ...vex, '-f', 'json');
    expect(sent.status).toBe(0);
    const here = await run('scan', image, '--policy', 'policy.yaml', '--team', 'shop', ...vex, '-f', 'json');
    expect(here.status).toBe(0);
    const { verdict } = JSON.parse(here.stdout) as { verdict: Verdict };
    expect(verdict.waived[0]!.waiver).toEqual({
      id: 'https://shop.example.com/vex/cart#0',
      owner: 'Shop Security',
      reason: 'VEX not_affected: vulnerable_code_not_in_execute_path: TLS ends before it',
    });
    expect(verdict.vexDigest).toMatch(/^sha256:/);
    expect(canonicalJson((JSON.parse(sent.stdout) as { verdict: Verdict }).verdict)).toBe(canonicalJson(verdict));
    // Judged again from what is kept, too.
    await server.admin('POST', '/v1/vex', {
      name: 'other.json',
      why: 'x',
      text: openVex({ '@id': 'o' }, { vulnerability: 'CVE-1' }),
    });
    expect(canonicalJson(await there())).toBe(canonicalJson(verdict));
  });

  test('are listed with who sent them and why; the ledger has that, and when they go', async () => {
    const listed = await run('vex', 'list', '--server', server.url, '--format', 'json');
    const items = JSON.parse(listed.stdout) as Vex[];
    expect(
      items.map(({ name, image: of, team, sentBy, authors, why }) => [name, of, team, sentBy, authors, why]),
    ).toEqual([
      ['other.json', undefined, undefined, 'admin', ['Shop Security'], 'x'],
      ['cart.vex.json', digest, 'shop', expect.any(String), ['Shop Security'], 'sent with its scan'],
    ]);
    const { id } = items[1]!;
    expect((await run('vex', 'show', id, '--server', server.url)).stdout).toBe(`${openVex()}\n`);
    const { body: shown } = await server.admin<VexDetail>('GET', `/v1/vex/${id}`);
    expect([shown.says, shown.touches, shown.images.map((each) => each.digest)]).toEqual([
      [
        {
          id: 'https://shop.example.com/vex/cart#0',
          vulnerabilities: ['CVE-2024-0001'],
          status: 'not_affected',
          products: [{ id: 'pkg:deb/debian/openssl', packages: [] }],
          reason: 'vulnerable_code_not_in_execute_path: TLS ends before it',
          author: 'Shop Security',
          timestamp: '2026-06-01T00:00:00Z',
        },
      ],
      1,
      [digest],
    ]);
    const removed = await run('vex', 'remove', id, '--server', server.url, '--why', 'it is reached now');
    expect([removed.status, removed.stdout]).toEqual([0, `${id} counts no more\n`]);
    expect((await there()).result).toBe('fail');
    expect((await run('vex', 'remove', id, '--server', server.url, '--why', 'again')).stderr).toContain('(not-found)');
    const { items: entries } = (
      await server.admin<{ items: { action: string; subject: object; why: string }[] }>('GET', '/v1/ledger?limit=200')
    ).body;
    expect(
      entries
        .filter(({ action }) => action.startsWith('vex.'))
        .map(({ action, subject, why }) => [action, subject, why]),
    ).toEqual([
      ['vex.remove', { kind: 'image', name: digest }, 'it is reached now'],
      ['vex.send', { kind: 'vex', name: 'other.json' }, 'x'],
      ['vex.send', { kind: 'image', name: digest }, 'sent with its scan'],
    ]);
  });

  test('make due only the images that they are about; one of the same name takes the place of the one before', async () => {
    const other = buildImage({ layers: [{ files: { '/a': 'nothing of Debian' } }] });
    writeLayout(join(place.folder('work'), 'other'), [{ built: other, name: '1' }]);
    const scanned = await run('scan', 'layout:other', '--server', server.url, '-f', 'json');
    const { imageDigest } = (JSON.parse(scanned.stdout) as { verdict: Verdict }).verdict;
    await server.admin('POST', '/v1/vex', { ...rest, name: 'warm-up', text: openVex({}, { vulnerability: 'CVE-2' }) });
    const before = await judgedAt(imageDigest);
    const sent = await server.admin<VexAnswer>('POST', '/v1/vex', { ...rest, text: openVex() });
    expect([sent.status, sent.body.isNew, sent.body.complaints]).toEqual([201, true, []]);
    expect((await there()).result).toBe('pass');
    expect(await judgedAt(imageDigest)).toBe(before);
    const again = await server.admin<VexAnswer>('POST', '/v1/vex', { ...rest, text: openVex() });
    expect([again.body.isNew, again.body.id]).toEqual([false, sent.body.id]);
    const affected = openVex({ version: 2 }, { status: 'affected' });
    const next = await server.admin<VexAnswer>('POST', '/v1/vex', { ...rest, text: affected });
    expect([next.body.isNew, next.body.replaced]).toEqual([true, sent.body.digest]);
    expect((await there()).result).toBe('fail');
    expect((await server.admin('DELETE', `/v1/vex/${next.body.id}?why=done`)).status).toBe(204);
  });

  test('of a team count for its images alone, and are for nobody else to change', async () => {
    const ours = await server.withToken(['read', 'vex.write'], ['till']);
    const sent = await ours<VexAnswer>('POST', '/v1/vex', { ...rest, text: openVex() });
    expect([sent.status, sent.body.team]).toEqual([201, 'till']);
    expect((await there()).result).toBe('fail');
    const theirs = await server.withToken(['read', 'vex.write'], ['shop']);
    expect((await theirs('GET', `/v1/vex/${sent.body.id}`)).status).toBe(404);
    expect((await theirs('DELETE', `/v1/vex/${sent.body.id}?why=x`)).status).toBe(404);
    const names = async (who: TestServer['admin']) =>
      (await who<{ items: Vex[] }>('GET', '/v1/vex')).body.items.map(({ name, team }) => `${name} ${team ?? 'all'}`);
    // What it touches is told of the teams that are reached.
    const body1 = (await server.admin<{ items: Vex[] }>('GET', '/v1/vex')).body;
    const warm = body1.items.find(({ name }) => name === 'warm-up')!.id;
    const touched = async (who: TestServer['admin']) => (await who<VexDetail>('GET', `/v1/vex/${warm}`)).body.touches;
    expect([await touched(theirs), await touched(ours)]).toEqual([1, 0]);
    expect(await names(theirs)).toEqual(['warm-up all', 'other.json all']);
    expect(await names(ours)).toEqual(['cart.vex.json till', 'warm-up all', 'other.json all']);
    // What counts for all is for nobody of one team to change, nor an image of another to speak of.
    const { body } = await server.admin<{ items: Vex[] }>('GET', '/v1/vex');
    const all = body.items.find(({ team }) => team === undefined)!;
    expect((await theirs('DELETE', `/v1/vex/${all.id}?why=x`)).status).toBe(404);
    expect((await ours('POST', '/v1/vex', { ...rest, image: digest, text: openVex() })).status).toBe(404);
    expect((await ours('POST', '/v1/vex', { ...rest, team: 'shop', text: openVex() })).status).toBe(403);
    const reader = await server.withToken(['read', 'record.write']);
    expect((await reader('POST', '/v1/vex', { ...rest, text: openVex() })).status).toBe(403);
  });

  test('that say nothing that can be used, or too much, are refused in words', async () => {
    const refused = async (text: string) => {
      const { status, body } = await server.admin('POST', '/v1/vex', { ...rest, name: 'bad.json', text });
      return [status, body.code, body.detail.slice(0, 60)];
    };
    expect([
      await refused('{}'),
      await refused('[['),
      await refused(openVex({ statements: [] })),
      await refused(openVex({}, { justification: undefined, impact_statement: undefined })),
      await refused('['.repeat(1_000_000)),
      await refused(`{"a":"${'x'.repeat(4 << 20)}"}`),
    ]).toEqual([
      [422, 'bad-vex', 'bad.json is neither OpenVEX nor CycloneDX'],
      [422, 'bad-vex', 'bad.json is not JSON: Unexpected end of JSON input'],
      [422, 'bad-vex', 'bad.json says nothing that can be used'],
      [422, 'bad-vex', 'bad.json says nothing that can be used: bad.json: statement '],
      [422, 'bad-vex', 'bad.json is not JSON: Unexpected end of JSON input'],
      [422, 'request-invalid', 'the body is not of the asked form: body.text: Too big: expec'],
    ]);
  });

  test('are there again after a restart', async () => {
    const text = openVex();
    await server.admin('POST', '/v1/vex', { ...rest, image: digest, text });
    expect((await there()).result).toBe('pass');
    await server.restart();
    expect((await server.admin<object>('POST', '/v1/vex', { ...rest, image: digest, text })).body).toMatchObject({
      isNew: false,
    });
    expect((await there()).result).toBe('pass');
  });
});
