import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartRecord } from '../../test/make/cart-image.ts';
import { postgresServers } from '../../test/make/postgres.ts';
import { caller, program, startTestServer, type TestServer } from '../../test/make/test-server.ts';
import { type MadeToken, type Me, type Permission, rolePermissions } from '../server/contract/index.ts';

interface Run {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The command line as somebody who is logged in to one server uses it. */
describe('plimsoll, with a server that one is logged in to', () => {
  let server: TestServer;
  let databaseUrl: string;
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-verbs-'));
  const record = cartRecord();
  const { digest } = record.image;
  const name = 'registry.example.com/shop/cart:1.8.2';

  function run(
    args: readonly string[],
    { input = '', home = folder }: { input?: string; home?: string } = {},
  ): Promise<Run> {
    return new Promise((resolve, reject) => {
      const child = spawn(program[0]!, [program[1]!, ...args], {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: home, NO_COLOR: '1', PLIMSOLL_DATA: join(folder, 'none') },
      });
      let [out, err] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      child.on('error', reject).on('close', (status) => resolve({ status: status ?? -1, out, err }));
      child.stdin.end(input);
    });
  }
  const logIn = async (home: string, scopes: readonly Permission[]): Promise<Run> => {
    const made = await server.admin<MadeToken>('POST', '/v1/tokens', { name: home.slice(-20), scopes });
    return run(['login', server.url], { input: `${made.body.secret}\n`, home });
  };

  beforeAll(async () => {
    databaseUrl = await postgresServers[0]!.freshDatabase();
    server = await startTestServer(databaseUrl);
    await server.admin('POST', '/v1/records', { record, reference: name, team: 'shop' });
    expect((await logIn(folder, rolePermissions.admin)).status).toBe(0);
  });
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('makes a link in the store that is named behind `login link`, and no other store', async () => {
    const made = await run(['login', 'link', '--database-url', databaseUrl, '--url', server.url]);
    expect([made.status, made.err]).toEqual([0, '']);
    const secret = new URL(made.out.trim()).searchParams.get('secret');
    const logIn = await caller(server.url, {})<Me>('POST', '/v1/session/setup', { secret });
    expect([logIn.status, logIn.body.roles]).toEqual([200, ['admin']]);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });

  test('says whom something reaches there; here, unless the flag asks', async () => {
    const { status, out } = await run(['impact', 'openssl', '--server']);
    expect([status, out.split('\n')[1]]).toEqual([0, '  reaches 1 image of 1, and 0 containers that run']);
    expect(out).toContain(`  ${name}  ${digest.slice(7, 19)}  fail, 0 running`);
    expect(out).toContain('  shop: 1 image, 0 running');
    const json = JSON.parse((await run(['impact', 'CVE-2999-1', '--server', '--format', 'json'])).out) as object;
    expect(json).toMatchObject({ kind: 'advisory', totals: { images: 0, records: 1 } });
    expect((await run(['impact', 'openssl'])).status).not.toBe(0);
    expect((await run(['impact', 'openssl', '--server', '--versions', '<1'])).status).toBe(64);
  });

  test('prints what is kept of an image with its verdict, and exits by it', async () => {
    const table = await run(['record', name]);
    expect(table.status).toBe(2);
    expect(table.out).toContain(' FAIL   policy production, scope default');
    const json = await run(['record', digest, '--format', 'json', '--exit-zero']);
    expect(json.status).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({ record: { image: { digest } }, verdict: { result: 'fail' } });
    expect((await run(['record', 'none:1'])).err).toContain('keeps no image none:1 (not-found)');
    expect((await run(['record', digest, '--scope', 'nowhere'])).err).toContain('(unknown-scope)');
  });

  test('makes SBOMs of what is kept there, compares it, and says what it judges by and how it came to be', async () => {
    const sbom = await run(['sbom', name, '--server']);
    expect(sbom.status).toBe(0);
    const { components } = JSON.parse(sbom.out) as { components: { name: string; purl?: string }[] };
    expect(components.map(({ purl }) => purl)).toContain('pkg:golang/golang.org/x/net@v0.7.0');
    expect(JSON.parse(sbom.out)).toMatchObject({ vulnerabilities: [] });
    const compared = await run(['compare', name, digest, '--server', '--format', 'json']);
    expect([compared.status, JSON.parse(compared.out)]).toMatchObject([0, { packages: { added: [], removed: [] } }]);
    const info = await run(['db', 'info', '--server']);
    expect([info.status, info.out]).toEqual([0, 'the server has no advisory database: plimsoll db import --server\n']);
    const chain = await run(['provenance', name, '--server']);
    expect(chain.status).toBe(3);
    expect(chain.out).toContain('builder     cannot tell    cannot tell: this server has no trust root');
  });

  test('lists, shows, simulates and applies policies, and does not overwrite what it has not seen', async () => {
    const listed = await run(['policy', 'list', '--server']);
    expect(listed.out).toMatch(/^\* \S+ {2}version 1 of \d{4}-\d\d-\d\d by plimsoll, /m);
    const shown = await run(['policy', 'show', 'development', '--server']);
    const file = join(folder, 'policy.yaml');
    writeFileSync(file, `${shown.out}# stricter\n`);
    const simulated = await run(['policy', 'simulate', file, '--server', '--format', 'json']);
    expect(JSON.parse(simulated.out)).toMatchObject({ stopped: 0 });
    expect((await run(['policy', 'apply', file])).status).toBe(64);
    const applied = await run(['policy', 'apply', file, '--why', 'audit 7']);
    expect([applied.status, applied.out]).toEqual([
      0,
      expect.stringMatching(/^development is in version 2 now; /) as string,
    ]);
    expect((await run(['policy', 'apply', file, '--why', 'again'])).out).toBe(
      'development is so already, in version 2\n',
    );
    writeFileSync(file, `${shown.out}# another\n`);
    const late = await run(['policy', 'apply', file, '--why', 'late', '--based-on', '1']);
    expect([late.status, late.err]).toEqual([1, expect.stringContaining('(document-changed)') as string]);
    expect((await run(['policy', 'show', 'development', '--server'])).out).toBe(`${shown.out}# stricter\n`);
    writeFileSync(
      file,
      'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: x }\nrules: { nonsense: fail }\n',
    );
    expect((await run(['policy', 'apply', file, '--why', 'x'])).err).toContain('unknown rule');
  });

  test('asks for waivers, lists them, and decides on those of others', async () => {
    const verdicts = await server.admin<{ items: { verdict: { violations: { waiver: string; rule: string }[] } }[] }>(
      'GET',
      `/v1/images/${digest}/verdicts`,
    );
    const file = join(folder, 'waiver.yaml');
    const text = verdicts.body.items[0]!.verdict.violations.find(({ rule }) => rule === 'no-secrets')!.waiver;
    writeFileSync(
      file,
      text
        .replace(/id: .*/, 'id: until-june')
        .replace(/owner: .*/, 'owner: shop')
        .replace(/reason: .*/, 'reason: a test key')
        .replace(/expires: .*/, 'expires: 2099-06-30'),
    );
    const home = mkdtempSync(join(tmpdir(), 'plimsoll-developer-'));
    try {
      const secret = await server.tokenOfAnother(['read', 'waiver.request']);
      await run(['login', server.url], { input: `${secret}\n`, home });
      const asked = await run(['waiver', 'request', file, '--image', digest], { home });
      expect([asked.err, asked.out]).toEqual([
        '',
        'asked for until-june; plimsoll waiver list shows what is decided\n',
      ]);
      const own = await run(['waiver', 'approve', 'until-june', '--why', 'mine'], { home });
      expect([own.status, own.err]).toEqual([1, expect.stringContaining('(forbidden)') as string]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
    const listed = await run(['waiver', 'list', '--state', 'requested']);
    expect(listed.out).toMatch(/^until-june {2}requested, until 2099-06-30, of shop: a test key\n {2}asked for by /);
    const approved = await run(['waiver', 'approve', 'until-june', '--why', 'seen']);
    expect(approved.out).toMatch(/^until-june is approved; it changes \d+ verdicts?\n$/);
    expect((await run(['waiver', 'withdraw', 'until-june', '--why', 'over'])).out).toBe('until-june is withdrawn\n');
    expect((await run(['waiver', 'list', '--state', 'approved'])).out).toBe('no such waivers\n');
  });

  test('sends advisories, and lists bases', async () => {
    const file = join(folder, 'osv.json');
    const package_ = { ecosystem: 'npm', name: 'left-pad' };
    const affected = [{ package: package_, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] }];
    writeFileSync(file, JSON.stringify({ id: 'OSV-1', modified: '2026-11-01T00:00:00Z', affected }, undefined, 2));
    const sent = await run(['db', 'import', file, '--server']);
    expect([sent.err, sent.out]).toEqual([
      '',
      expect.stringMatching(
        /osv\.json: 1 record read, 1 new; \d+ images? judged again, \d+ verdicts? turned; dated 2026-11-01T00:00:00Z\n$/,
      ) as string,
    ]);
    const dated = await run(['db', 'import', file, '--server', '--built-at', '2026-11-20']);
    expect([dated.status, dated.out]).toEqual([0, expect.stringMatching(/turned; dated 2026-11-20T00:00:00Z\n$/)]);
    expect((await run(['db', 'import', file, '--server', '--built-at', 'yesterday'])).err).toContain('(not-a-time)');
    expect((await run(['db', 'import', file, '--server', '--replace'])).err).toContain('does not go with --server');
    expect((await run(['db', 'import', folder, '--server'])).err).toContain('zip a folder to send it');
    expect((await run(['base', 'list', '--server'])).out).toContain('the server shows no bases');
    expect((await run(['base', 'children', 'debian', '--server'])).err).toContain('(not-found)');
  });

  test('sends a scan to where one is logged in, and asks there, by the flag alone', async () => {
    mkdirSync(join(folder, 'root'));
    const scan = await run(['scan', 'dir:root', '--server']);
    expect([scan.status, scan.err]).toEqual([
      3,
      expect.stringContaining(`kept by the server: ${server.url}/images/sha256:`) as string,
    ]);
    expect((await run(['waiver', 'list', '--server'])).err).toBe('');
    expect((await run(['report', 'time-to-fix', '--server'])).status).toBe(0);
  });

  test('lists, exports and verifies the ledger; what it exports verifies anywhere', async () => {
    const listed = await run(['ledger', 'list', '--action', 'policy.', '--actor-kind', 'automation']);
    expect(listed.out).toMatch(
      /^\d+ {2}\S+ \S+ {2}.* \(automation, token:admin\) {2}policy\.change {2}development: audit 7\n/,
    );
    const proof = await run(['ledger', 'verify', '--server']);
    expect([proof.status, proof.out]).toEqual([0, expect.stringMatching(/^PASS {2}\d+ entries up to now/) as string]);
    const file = join(folder, 'ledger.jsonl');
    expect((await run(['ledger', 'export', '--server', '--output', file])).status).toBe(0);
    // The file brings its own key: that alone is not enough, and it says so.
    const verified = await run(['ledger', 'verify', file]);
    expect([verified.status, verified.out]).toEqual([3, expect.stringContaining('CANNOT TELL') as string]);
    const printed = await run(['ledger', 'export', '--server', '--since', '2', '--format', 'cef']);
    expect(printed.out.split('\n').length).toBeGreaterThan(readFileSync(file, 'utf8').split('\n').length - 8);
    expect((await run(['ledger', 'verify'])).status).toBe(64);
    const home = mkdtempSync(join(tmpdir(), 'plimsoll-reader-'));
    try {
      await logIn(home, ['read']);
      const refused = await run(['ledger', 'export', '--server', '--output', join(home, 'x')], { home });
      expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('(forbidden)') as string]);
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
