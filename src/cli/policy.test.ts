import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import type { Io } from './io.ts';
import { registerPolicy } from './policy.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-policy-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

/** Runs `plimsoll policy …` and gives what it printed and its exit status. */
async function run(...args: string[]) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io: Io = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: {},
    columns: 80,
    color: false,
    progress: false,
    now: new Date('2026-01-01T00:00:00Z'),
    signal: new AbortController().signal,
    exitStatus: 0,
  };
  const command = new Command('policy').exitOverride();
  registerPolicy(command, io);
  await command.parseAsync(args, { from: 'user' });
  const read = (stream: PassThrough) => String(stream.read() ?? '').replaceAll(folder, 'DIR');
  return { out: read(stdout), err: read(stderr), status: io.exitStatus };
}

const head = 'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: shop }\n';
const testHead = 'apiVersion: plimsoll.dev/v1\nkind: PolicyTest\n';

describe('plimsoll policy check', () => {
  test('says what a right file holds, and what is worth a look', async () => {
    const file = write(
      'good.yaml',
      `${head}rules: { no-secrets: fail, no-shell: off }
scopes: [{ name: by-hand }]
waivers: [{ id: w, rule: no-secrets, owner: a, reason: b, expires: 2025-12-31 }, { id: x, path: /a, owner: a, reason: b }]
`,
    );
    expect(await run('check', file)).toEqual({
      out: `DIR/good.yaml: policy shop, 1 rule, 0 conditions, 1 scope, 2 waivers, sha256:d8c5605c7072
  scope by-hand has no match: it applies only with --scope by-hand
  waiver w expired on 2025-12-31
  waiver x never ends
`,
      err: '',
      status: 0,
    });
  });

  test('names every mistake of every file, one a line, and fails', async () => {
    const bad = write('bad.yaml', `${head}rules: { no-secret: fail }\nscope: []\n`);
    const good = write('fine.yaml', `${head}rules: { no-secrets: fail }\n`);
    const { out, err, status } = await run('check', bad, path.join(folder, 'missing.yaml'), good);
    expect(err).toBe(`DIR/bad.yaml:4:10: unknown rule "no-secret"; did you mean "no-secrets"?
DIR/bad.yaml:5:1: unknown field "scope"; did you mean "scopes"?
  docs/formats/policy.md has every field
DIR/missing.yaml could not be read: there is no such file
`);
    expect([out.split(':')[0], status]).toEqual(['DIR/fine.yaml', 1]);
  });
});

describe('plimsoll policy test', () => {
  test('runs cases against a policy, a record and a VEX document beside the file', async () => {
    write('shop.yaml', `${head}extends: production\nrules: { no-package-manager: off }\n`);
    const scanned = { record: { schemaVersion: '1.0', findings: [], problems: 'odd' } };
    write('scan.json', JSON.stringify(scanned));
    write(
      'vex.json',
      JSON.stringify({
        '@context': 'https://openvex.dev/ns/v0.2.0',
        '@id': 'v',
        author: 'a',
        statements: [{ vulnerability: { name: 'CVE-1' }, products: ['pkg:deb/libx'], status: 'fixed' }],
      }),
    );
    const file = write(
      'shop.test.yaml',
      `${testHead}policy: shop.yaml
cases:
  - name: nothing is wrong
    expect: { result: pass, violations: [], warnings: [], doubts: [], waived: [] }
  - name: VEX speaks for it
    vex: vex.json
    record:
      packages: [{ id: p, name: libx }]
      findings: [{ kind: vulnerability, advisory: CVE-1, packageId: p, severity: critical, fix: { state: fixed }, exploited: { since: 2025-01-01 }, epss: { score: 0, percentile: 0 } }]
    expect: { result: pass, waived: ["v#0"] }
  - name: wrong
    record: { findings: [{ kind: secret, title: a key, redacted: x, place: { path: "/a\\e[31m" } }] }
    expect: { result: pass, violations: [no-root-user] }
  - name: no record
    record: missing.json
    expect: { result: pass }
  - name: odd record
    record: scan.json
    expect: { result: pass }
`,
    );
    expect(await run('test', file)).toEqual({
      out: `DIR/shop.test.yaml
  ok      shop: nothing is wrong
  ok      shop: VEX speaks for it
  not ok  shop: wrong
          the result is fail, expected pass
          no violation no-root-user
          unexpected violation no-secrets: a key x (whoever can pull the image can use it)
  not ok  shop: no record
          DIR/missing.json could not be read: there is no such file
  not ok  shop: odd record
          case odd record: the record has members that are missing or of the wrong kind
2 of 5 cases as expected, 3 not
`,
      err: '',
      status: 2,
    });
  });

  test('the examples of docs/formats/policy.md come out as they say', async () => {
    const guide = fs.readFileSync(new URL('../../docs/formats/policy.md', import.meta.url), 'utf8');
    const example = [...guide.matchAll(/```yaml\n([\s\S]*?)```/g)]
      .map(([, text]) => text!)
      .find((text) => text.includes('PolicyTest'))!;
    const { out, status } = await run('test', write('guide.test.yaml', example));
    expect([out.split('\n').at(-2), status]).toEqual(['4 of 4 cases as expected', 0]);
  });
});

describe('plimsoll policy', () => {
  test('explains a rule', async () => {
    expect((await run('explain', 'no-root-user')).out).toBe(`no-root-user
  The image starts as a user other than root.

  No user, 0, root, and any name whose number in /etc/passwd is 0 are root. A
  name that the image does not know cannot be told. onlyNumeric also asks for a
  number, which is what Kubernetes' runAsNonRoot needs.

Settings
  onlyNumeric  Ask for a numeric user. Default false.

In a policy
  rules:
    no-root-user: { effect: fail, cannotTell: stop, onlyNumeric: false }
`);
    await expect(run('explain', 'fixable')).rejects.toMatchObject({
      code: 'unknown-rule',
      hint: 'did you mean fixable-severity?',
    });
  });

  test('lists policies and rules, and shows what can be checked again', async () => {
    expect((await run('list')).out).toContain('  no-secrets                  No credential in files');
    const file = write('shown.yaml', (await run('show', 'production')).out);
    expect((await run('check', file)).status).toBe(0);
    await expect(run('show', 'staging')).rejects.toMatchObject({ code: 'unknown-policy', kind: 'usage' });
    expect(JSON.parse((await run('schema')).out)).toHaveProperty('$id');
  });
});
