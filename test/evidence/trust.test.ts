import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Verdict, Verification } from '../../src/model/index.ts';
import { canonicalJson } from '../../src/policy/index.ts';
import type { Job, MadeToken, ProvenanceHop, Trust } from '../../src/server/contract/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { buildImage, buildIndex } from '../make/image-builder.ts';
import { postgresServers } from '../make/postgres.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { startTestServer, type TestServer } from '../make/test-server.ts';
import { provenance, stepsOf, summary } from '../trust/harbour.ts';

const reason = noRegistryReason();
if (reason !== undefined) console.warn(`skipped: ${reason}`);

const policy = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: production }
rules:
  signed-by-builder: fail
  provenance-from: { sources: ["https://github.com/acme/*"] }
  code-analysis-clean: { tools: [semgrep] }
  approved-by: { roles: [security] }
`;

/** Real signatures of the program in a real registry, verified by a real server. */
describe.skipIf(reason !== undefined)('what vouches for images that a server scans', () => {
  const place = new Place();
  let server: TestServer;
  let registry: TestRegistry;
  let token = '';
  const references: Record<string, string> = {};
  const digests: Record<string, string> = {};
  const work = (): string => place.folder('work');
  const run = (...args: string[]) => place.plimsoll(args, { env: { PLIMSOLL_TOKEN: token } });
  const done = async (...args: string[]): Promise<void> => {
    const { status, stderr } = await run(...args);
    expect([args[0], status, status === 0 ? '' : stderr]).toEqual([args[0], 0, '']);
  };

  /** Has the server scan an image in its registry. */
  async function scanThere(reference: string): Promise<string> {
    const asked = await server.admin<Job>('POST', '/v1/scans', {
      reference: `registry:${reference}`,
      platform: 'linux/amd64',
    });
    expect(asked.status).toBe(202);
    for (;;) {
      const { body } = await server.admin<Job>('GET', `/v1/scans/${asked.body.id}`);
      if (body.state === 'failed') throw new Error(JSON.stringify(body.error));
      if (body.state === 'done') return body.image!;
      await sleep(50);
    }
  }
  const verdictThere = async (name: string): Promise<Verdict> =>
    (await server.admin<{ items: { verdict: Verdict }[] }>('GET', `/v1/images/${digests[name]}/verdicts`)).body
      .items[0]!.verdict;
  const hopsOf = async (name: string): Promise<readonly ProvenanceHop[]> =>
    (await server.admin<{ hops: ProvenanceHop[] }>('GET', `/v1/images/${digests[name]}/provenance`)).body.hops;
  const standings = async (name: string) =>
    Object.fromEntries(
      (await hopsOf(name)).slice(0, 3).map(({ kind, known, standing }) => [kind, `${standing} ${known}`]),
    );
  const verification = async (name: string): Promise<Verification> =>
    (await server.admin<Verification>('GET', `/v1/images/${digests[name]}/verification`)).body;
  const apply = (why: string, basedOn?: number) =>
    run(
      'trust',
      'apply',
      'trust.yaml',
      '--server',
      server.url,
      '--why',
      why,
      ...(basedOn === undefined ? [] : ['--based-on', String(basedOn)]),
    );

  beforeAll(async () => {
    registry = await startRegistry();
    server = await startTestServer(await postgresServers[0]!.freshDatabase(), {
      scans: 1,
      allowAddresses: ['127.0.0.0/8'],
    });
    const scopes = ['read', 'record.write', 'trust.write'];
    token = (await server.admin<MadeToken>('POST', '/v1/tokens', { name: 'ci', scopes })).body.secret;
    const written = await server.admin(
      'PUT',
      '/v1/policies/production',
      { text: policy, why: 'test' },
      { 'if-match': '"1"' },
    );
    expect(written.status).toBe(200);
    for (const name of ['whole', 'bare', 'stranger'])
      references[name] = await pushImage(
        registry,
        `shop/${name}:1`,
        buildIndex([buildImage({ layers: [{ files: { '/a': name } }] })]),
      );
    const file = (name: string, text: string): void => writeFileSync(join(work(), name), text);
    file('policy.yaml', policy);
    file('provenance.json', JSON.stringify(provenance()));
    file('verdict.json', JSON.stringify(summary(references['whole']!)));
    const driver = { tool: { driver: { name: 'semgrep' } } };
    file('clean.sarif', JSON.stringify({ version: '2.1.0', runs: [{ ...driver, results: [] }] }));
    for (const name of ['ci', 'alice', 'stranger']) await done('trust', 'keygen', name);
    await done('trust', 'init', '--name', 'acme');
    await done('trust', 'enrol', 'ci', '--key', 'ci.pub', '--repository', `${registry.address}/shop/**`);
    const roles = ['--person', '--role', 'security', '--repository', '**'];
    await done('trust', 'enrol', 'alice', '--key', 'alice.pub', ...roles);
    const whole = references['whole']!;
    await done('sign', '--key', 'ci.key', whole);
    await done('sign', '--key', 'stranger.key', whole);
    await done('attest', '--key', 'ci.key', '--type', 'slsaprovenance1', whole, 'provenance.json');
    await done('attest', '--key', 'ci.key', '--type', 'verdict', whole, 'verdict.json');
    await done('attest', '--key', 'ci.key', '--type', 'sarif', whole, 'clean.sarif');
    await done('attest', '--key', 'alice.key', '--type', 'approval', '--statement', 'ship it', whole);
    await done('sign', '--key', 'stranger.key', references['stranger']!);
    for (const name of Object.keys(references)) digests[name] = await scanThere(references[name]!);
  });
  afterAll(async () => {
    await server?.close();
    await registry?.stop();
    place.remove();
  });

  test('cannot be told as long as nobody says whose word counts', async () => {
    expect((await server.admin('GET', '/v1/trust')).status).toBe(404);
    const verdict = await verdictThere('whole');
    expect(verdict.result).toBe('cannot-tell');
    expect(verdict).not.toHaveProperty('evidenceDigest');
    expect(await standings('whole')).toEqual({
      commit: 'said false',
      builder: 'cannot-tell false',
      signature: 'cannot-tell false',
    });
    expect(stepsOf(await verification('whole'))).toEqual(['signature cannot-tell no-trust']);
  });

  test('is verified by a trust root that is written later, without asking the registry again', async () => {
    const before = (await server.admin<{ items: unknown[] }>('GET', '/v1/scans')).body.items.length;
    const applied = await apply('the first');
    expect([applied.status, applied.stdout]).toEqual([0, 'trust root acme is in force, version 1\n']);
    const here = await run(
      'scan',
      `registry:${references['whole']}`,
      '--policy',
      'policy.yaml',
      '--platform',
      'linux/amd64',
      '--trust-root',
      'trust.yaml',
      '-f',
      'json',
    );
    expect([here.status, here.stderr]).toEqual([0, '']);
    const { verdict } = JSON.parse(here.stdout) as { verdict: Verdict };
    expect(verdict.evidenceDigest).toMatch(/^sha256:/);
    expect(canonicalJson(await verdictThere('whole'))).toBe(canonicalJson(verdict));
    expect((await server.admin<{ items: unknown[] }>('GET', '/v1/scans')).body.items.length).toBe(before);
    expect(await standings('whole')).toEqual({
      commit: 'verified true',
      builder: 'verified true',
      signature: 'verified true',
    });
    expect((await hopsOf('whole')).slice(0, 3).map(({ who }) => who)).toEqual(['ci', 'ci', 'ci']);
    expect((await verdictThere('bare')).result).toBe('fail');
    expect(await standings('bare')).toEqual({ commit: 'said false', builder: 'said false', signature: 'said false' });
    expect(await standings('stranger')).toEqual({
      commit: 'said false',
      builder: 'said false',
      signature: 'refused false',
    });
    expect((await hopsOf('stranger'))[2]!.detail).toContain('(unknown-signer)');
    const { items } = (await server.admin<{ items: object[] }>('GET', '/v1/ledger?action=trust.change')).body;
    expect(items).toMatchObject([
      { subject: { kind: 'trust-root', name: 'acme' }, why: 'the first', actor: { name: 'ci' } },
    ]);
  });

  test('verify asks the server, and says and exits as it does here', async () => {
    const registryFlags = ['--platform', 'linux/amd64', '--trust-root', 'trust.yaml', '-f', 'json'];
    for (const [name, status] of [
      ['whole', 0],
      ['bare', 2],
      ['stranger', 2],
    ] as const) {
      const there = await run('verify', references[name]!, '--server', server.url, '-f', 'json');
      const here = await run('verify', references[name]!, ...registryFlags);
      expect([name, there.status, here.status]).toEqual([name, status, status]);
      expect({ name, ...(JSON.parse(there.stdout) as object) }).toEqual({
        name,
        ...(JSON.parse(here.stdout) as object),
      });
    }
    const table = await run('verify', digests['whole']!, '--server', server.url);
    expect([table.status, table.stdout]).toEqual([0, expect.stringContaining('trusting acme')]);
    const unknown = await run('verify', 'shop/nowhere:1', '--server', server.url);
    expect([unknown.status, unknown.stdout]).toEqual([
      3,
      expect.stringMatching(/^shop\/nowhere:1\n\n CANNOT TELL {3}trusting acme\n[^]*\(no-record\)/),
    ]);
    const odd = await run('verify', references['whole']!, '--server', server.url, '--trust-root', 'trust.yaml');
    expect([odd.status, odd.stderr]).toEqual([64, expect.stringContaining('(two-trusts)')]);
  });

  test('cannot be told of an image that the server did not scan in a registry itself', async () => {
    const sent = await run(
      'scan',
      `registry:${await pushImage(registry, 'shop/sent:1', buildImage({ layers: [{ files: { '/a': 'sent' } }] }))}`,
      '--server',
      server.url,
      '-f',
      'json',
    );
    const { verdict } = JSON.parse(sent.stdout) as { verdict: Verdict };
    expect([sent.status, verdict.result]).toEqual([3, 'cannot-tell']);
    const there = await run('verify', verdict.imageDigest, '--server', server.url);
    expect([there.status, there.stdout]).toEqual([3, expect.stringContaining('(no-evidence)')]);
  });

  test('stays as it was when a record is sent, and is looked for anew by a scan', async () => {
    const before = await verdictThere('whole');
    await run('scan', `registry:${references['whole']}`, '--platform', 'linux/amd64', '--server', server.url);
    expect((await verdictThere('whole')).evidenceDigest).toBe(before.evidenceDigest);
    await done('sign', '--key', 'ci.key', references['bare']!);
    expect(await scanThere(references['bare']!)).toBe(digests['bare']);
    expect((await standings('bare'))['signature']).toBe('verified true');
  });

  test('no longer counts when the key is revoked, whether or not the registry is there', async () => {
    await done('trust', 'revoke', 'ci', '--at', '2026-01-01T00:00:00Z', '--reason', 'disk stolen');
    const again = await apply('revoked');
    expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('(precondition-required)')]);
    const { port } = new URL(`http://${registry.address}`);
    await registry.stop();
    const applied = await apply('revoked', 1);
    expect([applied.status, applied.stdout]).toEqual([0, 'trust root acme is in force, version 2\n']);
    const verdict = await verdictThere('whole');
    expect(verdict.result).toBe('fail');
    expect(verdict.violations.map(({ rule }) => rule)).toContain('signed-by-builder');
    expect(await standings('whole')).toEqual({
      commit: 'said false',
      builder: 'said false',
      signature: 'refused false',
    });
    expect(stepsOf(await verification('whole'))).toEqual(['signature pass', 'identity fail key-revoked']);
    const listed = await run('trust', 'list', '--server', server.url);
    expect(listed.stdout).toContain('builder ci\n');
    expect(listed.stdout).toContain('revoked as of 2026-01-01T00:00:00Z');
    registry = await startRegistry({ port: Number(port) });
  });

  test('is verified again at the moment at which a key ends to count', async () => {
    const text = readFileSync(join(work(), 'trust.yaml'), 'utf8').replace(
      /^ +revoked:\n(?: {8,}.*\n)+/m,
      '        until: 2999-01-01\n',
    );
    expect(text).toContain('until: 2999-01-01');
    const put = await server.admin<Trust>('PUT', '/v1/trust', { text, why: 'until then' }, { 'if-match': '"2"' });
    expect([put.status, put.body.version]).toEqual([200, 3]);
    expect((await verdictThere('whole')).result).toBe('pass');
    const { rows } = await server.store.pool.use((client) =>
      client.query<{ until: string }>('SELECT valid_until AS until FROM image_evidence WHERE image = $1', [
        digests['whole'],
      ]),
    );
    expect(rows).toEqual([{ until: '2999-01-02T00:00:00.000Z' }]);
  });

  test('is for those who may, for all teams, and in words where it is wrong', async () => {
    const change = { text: readFileSync(join(work(), 'trust.yaml'), 'utf8'), why: 'x' };
    const put = async (who: TestServer['admin'], body: object, version = '"3"') => {
      const { status, body: said } = await who('PUT', '/v1/trust', body, { 'if-match': version });
      return [status, said.code];
    };
    const ofTeam = await server.withToken(['read', 'trust.write'], ['shop']);
    const reader = await server.withToken(['read']);
    expect([
      await put(ofTeam, change),
      await put(reader, change),
      await put(server.admin, change, '"1"'),
      await put(server.admin, { ...change, text: 'kind: TrustRoot' }),
      await put(server.admin, { ...change, text: `${change.text}sigstore: { trustedRoot: root.json }\n` }),
      await put(server.admin, {
        ...change,
        text: `${change.text}sigstore: { trustedRoot: ../../etc/passwd }\n`,
        sigstore: '{}',
      }),
      await put(server.admin, {
        ...change,
        text: `${change.text}sigstore: { trustedRoot: root.json }\n`,
        sigstore: '{}',
      }),
    ]).toEqual([
      [403, 'forbidden'],
      [403, 'forbidden'],
      [412, 'document-changed'],
      [422, 'invalid-trust-root'],
      [422, 'invalid-trust-root'],
      [422, 'invalid-trust-root'],
      [422, 'bad-trusted-root'],
    ]);
    expect((await ofTeam('GET', `/v1/images/${digests['whole']}/verification`)).status).toBe(404);
    expect((await reader('GET', '/v1/trust')).status).toBe(200);
  });
});
