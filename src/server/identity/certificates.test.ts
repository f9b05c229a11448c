import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeAuthority, type MadeCertificate, pemOf } from '../../../test/make/certificates.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { type RunningServer, startServer } from '../index.ts';
import type { Me, ProblemDetails } from '../contract/index.ts';

/** An agent with a certificate, on TLS as it is. */
describe('a certificate of an agent', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-mtls-'));
  let server: RunningServer;
  let authority: string;
  const agents: Record<'good' | 'ended' | 'stranger', MadeCertificate> = {} as never;
  beforeAll(async () => {
    const own = await makeAuthority(folder, 'site');
    const strangers = await makeAuthority(folder, 'strangers');
    authority = own.cert;
    const tls = pemOf(await own.issue('server', ['DNS:localhost', 'IP:127.0.0.1']));
    agents.good = await own.issue('node-7-agent', ['DNS:node-7']);
    agents.ended = await own.issue('node-8-agent', ['DNS:node-8'], -1);
    agents.stranger = await strangers.issue('node-9-agent', ['DNS:node-9']);
    server = await startServer({
      data: join(folder, 'data'),
      databaseUrl: await postgresServers[0]!.freshDatabase(),
      host: '127.0.0.1',
      port: 0,
      tls: { ...tls, clientAuthorities: readFileSync(own.cert, 'utf8') },
      database: join(folder, 'advisories.db'),
      cacheDirectory: join(folder, 'cache'),
      scans: 0,
      allowAddresses: [],
      requestsPerSecond: 1000,
      program: [process.execPath, 'src/cli/main.ts'],
      env: { PATH: process.env['PATH'], HOME: folder },
      logLevel: 'silent',
    });
  });
  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask<T = ProblemDetails>(
    method: string,
    path: string,
    agent?: MadeCertificate,
    body?: unknown,
  ): Promise<{ status: number; body: T }> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(path, server.url), {
        method,
        ca: readFileSync(authority),
        ...(agent === undefined ? {} : pemOf(agent)),
        headers: text === undefined ? {} : { 'content-type': 'application/json' },
      });
      outgoing.on('error', reject).on('response', (answer) => {
        let said = '';
        answer.setEncoding('utf8').on('data', (part: string) => (said += part));
        answer.on('end', () => resolve({ status: answer.statusCode!, body: JSON.parse(said) as T }));
      });
      outgoing.end(text);
    });
  }

  test('says who it is: automation by the name in it, known by its fingerprint, with what agents may', async () => {
    const { status, body } = await ask<Me>('GET', '/v1/me', agents.good);
    expect([status, body.actor, [...body.permissions].sort(), body.roles]).toEqual([
      200,
      { kind: 'automation', name: 'node-7-agent', known: expect.stringMatching(/^mtls:[0-9a-f]{16}$/) as string },
      ['inventory.write', 'read', 'record.write', 'scan'],
      [],
    ]);
    expect((await ask('GET', '/v1/images', agents.good)).status).toBe(200);
    const scan = await ask('POST', '/v1/scans', agents.good, { reference: 'registry.example.com/a:1' });
    expect(scan.status).toBe(202);
    const more = await ask('PUT', '/v1/policies/development', agents.good, { text: 'x', why: 'x' });
    expect([more.status, more.body.code]).toEqual([403, 'forbidden']);
    const { rows } = await server.store.pool.use((client) =>
      client.query<{ body: string }>("SELECT body FROM ledger_entry WHERE action = 'scan.request'"),
    );
    expect(rows.map((row) => (JSON.parse(row.body) as { actor: { kind: string; name: string } }).actor)).toEqual([
      body.actor,
    ]);
  });

  test.each([
    ['ended', 'CERT_HAS_EXPIRED'],
    ['stranger', 'SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)'],
  ] as const)('that is %s is nobody’s, and is told why', async (kind, why) => {
    const { status, body } = await ask('GET', '/v1/me', agents[kind]);
    expect([status, body.code]).toEqual([401, 'not-logged-in']);
    expect(body.detail).toMatch(new RegExp(`^the certificate is not good: (?:${why})$`));
  });

  test('is not needed for what asks for none, and nothing is without', async () => {
    expect((await ask('GET', '/v1/session')).status).toBe(200);
    const nobody = await ask('GET', '/v1/me');
    expect([nobody.status, nobody.body.detail]).toEqual([401, 'nobody is logged in']);
  });
});
