import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage } from '../make/image-builder.ts';
import { writeLayout } from '../make/image-files.ts';
import { postgresServers } from '../make/postgres.ts';
import { program, startTestServer, type TestServer } from '../make/test-server.ts';

let server: TestServer;
const home = mkdtempSync(join(tmpdir(), 'plimsoll-login-'));
beforeAll(async () => {
  server = await startTestServer(await postgresServers[0]!.freshDatabase());
});
afterAll(async () => {
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

function run(args: readonly string[], input = ''): Promise<{ status: number; out: string; err: string }> {
  const [command, ...first] = program;
  return new Promise((resolve) => {
    const child = execFile(
      command!,
      [...first, ...args],
      { env: { PATH: process.env['PATH'], HOME: home, XDG_CONFIG_HOME: join(home, 'config') }, cwd: home },
      (error, out, err) => resolve({ status: Number(error?.code ?? 0), out, err }),
    );
    child.stdin?.end(input);
  });
}

test('a token is kept for its owner alone; a scan sends its record and exits by the server’s verdict', async () => {
  const image = `layout:${join(home, 'image')}`;
  writeLayout(join(home, 'image'), [{ built: buildImage({ layers: [{ files: { '/etc/a': 'a' } }] }), name: '1' }]);
  const without = await run(['scan', image, '--server', server.url]);
  expect([without.status, without.err]).toEqual([64, expect.stringContaining('(not-logged-in)') as string]);

  const made = await server.admin<{ secret: string }>('POST', '/v1/tokens', {
    name: 'ci',
    scopes: ['read', 'record.write'],
  });
  const refused = await run(['login', server.url], 'plim_wrong\n');
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('(not-logged-in)') as string]);
  const login = await run(['login', server.url], `${made.body.secret}\n`);
  expect([login.status, login.out]).toEqual([0, expect.stringContaining('as ci of admin') as string]);
  expect(statSync(join(home, 'config/plimsoll/servers.json')).mode & 0o777).toBe(0o600);

  const scan = await run(['scan', image, '--server', server.url, '--format', 'json']);
  const { verdict } = JSON.parse(scan.out) as { verdict: { result: string; imageDigest: string; scope: string } };
  expect([scan.status, verdict.result, verdict.scope]).toEqual([2, 'fail', 'default']);
  const kept = await server.admin<{ verdict: string; name: string }>('GET', `/v1/images/${verdict.imageDigest}`);
  expect(kept.body.verdict).toBe('fail');
  const ledger = await server.admin<{ items: { actor: object }[] }>('GET', '/v1/ledger?action=record.keep');
  expect(ledger.body.items[0]!.actor).toEqual({ kind: 'automation', name: 'ci', known: 'token:admin' });
  const odd = await run(['scan', image, '--server', server.url, '--policy', 'development']);
  expect([odd.status, odd.err]).toEqual([64, expect.stringContaining('(scan-usage)') as string]);
});

test('a server tells how long fixes take; a time that is none is refused', async () => {
  const made = await server.admin<{ secret: string }>('POST', '/v1/tokens', { name: 'audit', scopes: ['read'] });
  expect((await run(['login', server.url], `${made.body.secret}\n`)).status).toBe(0);
  const { status, out } = await run([
    'report',
    'time-to-fix',
    '--server',
    server.url,
    '--kind',
    'misconfiguration',
    '--since',
    '2026-01-01',
  ]);
  expect([status, out.split('\n').slice(1)]).toEqual([
    0,
    [
      '',
      'team   severity  fixed  from seen  from fixable  open  age  oldest  waived',
      '(all)  all       0      -          -             0     -    -       0',
      '',
    ],
  ]);
  const odd = await run(['report', 'time-to-fix', '--server', server.url, '--since', 'yesterday']);
  expect([odd.status, odd.err]).toEqual([64, expect.stringContaining('(not-a-time)') as string]);
  const empty = await server.admin<{ code: string }>(
    'GET',
    '/v1/time-to-fix?since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z',
  );
  expect([empty.status, empty.body.code]).toEqual([400, 'time-is-empty']);
  const whole = await server.admin<{ kind: string; all: object }>('GET', '/v1/time-to-fix');
  expect([whole.body.kind, whole.body.all]).toEqual([
    'vulnerability',
    {
      fromFirstSeen: { count: 0, medianDays: null, p90Days: null },
      fromFirstFixable: { count: 0, medianDays: null, p90Days: null },
      open: { count: 0, medianDays: null, p90Days: null, oldestDays: null },
      openFixable: 0,
      waived: 0,
    },
  ]);
});

test('a token goes to no server over plain http that is not this machine', async () => {
  const { status, err } = await run(['login', 'http://plimsoll.example.com'], 'plim_x\n');
  expect([status, err]).toEqual([64, expect.stringContaining('(server-address)') as string]);
});

test('a record that is sent is judged by the server’s advisories at once, whatever the sender’s know', async () => {
  const status = 'Package: openssl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.0.11-1\n\n';
  const release = 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n';
  const files = { '/etc/os-release': release, '/var/lib/dpkg/status': status };
  const image = `layout:${join(home, 'old')}`;
  writeLayout(join(home, 'old'), [{ built: buildImage({ layers: [{ files }] }), name: '1' }]);
  const made = await server.admin<{ secret: string }>('POST', '/v1/tokens', {
    name: 'ci that knows nothing',
    scopes: ['read', 'record.write', 'advisories.write'],
  });
  expect((await run(['login', server.url], `${made.body.secret}\n`)).status).toBe(0);
  const judged = async (): Promise<readonly [result: string, nameTheAdvisory: readonly boolean[]]> => {
    const { out } = await run(['scan', image, '--server', server.url, '--format', 'json']);
    const { record, verdict } = JSON.parse(out) as {
      record: { findings: { kind: string; package?: { name: string } }[] };
      verdict: { rules: { rule: string; result: string }[] };
    };
    const vulnerable = record.findings.filter(({ kind }) => kind === 'vulnerability');
    return [
      verdict.rules.find(({ rule }) => rule === 'fixable-severity')!.result,
      vulnerable.map((finding) => JSON.stringify(finding).includes('DSA-9999-1')),
    ];
  };
  expect(await judged()).toEqual(['cannot-tell', []]);

  const now = new Date().toISOString();
  const advisory = {
    schema_version: '1.7.0',
    id: 'DSA-9999-1',
    published: '2026-01-05T00:00:00Z',
    modified: now,
    database_specific: { severity: 'CRITICAL' },
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'Debian:12', name: 'openssl' },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '3.0.20-1' }] }],
      },
    ],
  };
  const imported = await server.admin('POST', '/v1/advisories/import', advisory);
  expect(imported.status).toBe(200);
  // The client has no database at all: what it prints is what the server knows and says.
  expect(await judged()).toEqual(['fail', [true]]);
});
