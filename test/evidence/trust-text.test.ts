import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trust, TrustCheck } from '../../src/server/contract/index.ts';
import { postgresServers } from '../make/postgres.ts';
import { startTestServer, type TestServer } from '../make/test-server.ts';

const text = `apiVersion: plimsoll.dev/v1
kind: TrustRoot
metadata: { name: acme }
builders:
  - name: ci
    repositories: ["registry.acme.dev/**"]
    identities: [{ issuer: https://token.acme.dev, subject: build@acme.dev }]
`;
const withSigstore = `${text}sigstore: { trustedRoot: trusted_root.json }\n`;

describe('the text of a trust root that somebody writes at a server', () => {
  let server: TestServer;
  const sigstore = readFileSync('test/vectors/sigstore/trusted_root.json', 'utf8');
  const check = async (body: object): Promise<TrustCheck> =>
    (await server.admin<TrustCheck>('POST', '/v1/trust/check', body)).body;
  const places = async (body: object) => (await check(body)).errors.map(({ line, column }) => `${line}:${column}`);

  beforeAll(async () => {
    server = await startTestServer(await postgresServers[0]!.freshDatabase());
  });
  afterAll(() => server?.close());

  test('is checked with the place of everything that is wrong, and nothing is kept', async () => {
    expect(await check({ text: text.replace('repositories', 'repos').replace('kind', ' kind') })).toMatchObject({
      signers: [],
    });
    expect(await check({ text: text.replace('    repositories', '    repos: []\n    repositories') })).toEqual({
      errors: [
        {
          ...{ line: 6, column: 12, message: 'unknown field "repos"' },
          hint: 'docs/formats/trust-root.md has every field',
        },
      ],
      signers: [],
      sigstore: false,
    });
    const right = await check({ text });
    expect([right.errors, right.signers.map(({ kind, name }) => [kind, name])]).toEqual([[], [['builder', 'ci']]]);
    expect((await server.admin('GET', '/v1/trust')).status).toBe(404);
  });

  test('keeps the file of Sigstore that was sent before, until it names none or another comes', async () => {
    expect(await places({ text: withSigstore })).toEqual(['1:1']);
    expect(await places({ text: withSigstore, sigstore })).toEqual([]);
    const put = async (version: number | undefined, body: object) =>
      (
        await server.admin<Trust>(
          'PUT',
          '/v1/trust',
          { why: 'test', ...body },
          version === undefined ? {} : { 'if-match': `"${version}"` },
        )
      ).body;
    const first = await put(undefined, { text: withSigstore, sigstore });
    expect([first.version, first.sigstore]).toEqual([1, true]);
    expect((await check({ text: withSigstore })).sigstore).toBe(true);
    const second = await put(1, { text: `${withSigstore}# a note\n` });
    expect([second.version, second.sigstore]).toEqual([2, true]);
    const third = await put(2, { text });
    expect([third.version, third.sigstore]).toEqual([3, false]);
    expect(await places({ text: withSigstore })).toEqual(['1:1']);
  });
});
