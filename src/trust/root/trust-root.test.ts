import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fuzz } from '../../../test/make/fuzz.ts';
import { CodedError } from '../../model/index.ts';
import { generateKeys } from '../keys/generate-keys.ts';
import { enrol, newTrustRoot, revoke } from './edit-trust-root.ts';
import { parseTrustRoot } from './read-trust-root.ts';
import { trustRootSchema } from './schema.ts';

const noFiles = async (): Promise<Uint8Array> => {
  throw new Error('nothing is read beside it');
};
const read = (text: string) => parseTrustRoot(text, 'trust.yaml', noFiles);
const { publicKey } = generateKeys(undefined);
const pem = publicKey.pem;

async function refused(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof CodedError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'none';
}

describe('a trust root', () => {
  test('begins with nobody in it', async () => {
    expect(await read(newTrustRoot('acme'))).toMatchObject({
      name: 'acme',
      builders: [],
      people: [],
      sources: [],
      bases: [],
      verdict: { maxAgeDays: 7, policies: [] },
    });
  });

  test('takes builders and people, keys and log-ins, and keeps its comments', async () => {
    let text = newTrustRoot('acme');
    const file = 'trust.yaml';
    text = await enrol(text, file, {
      name: 'ci',
      kind: 'builder',
      repositories: ['r/**'],
      publicKey: pem,
      until: '2027-01-01',
    });
    text = await enrol(text, file, {
      name: 'ci',
      kind: 'builder',
      repositories: ['q/**'],
      identity: { issuer: 'https://issuer', subject: 'https://github.com/acme/**' },
    });
    text = await enrol(text, file, {
      name: 'alice@acme.dev',
      kind: 'person',
      repositories: ['**'],
      roles: ['security'],
      identity: { issuer: 'https://issuer', subject: 'alice@acme.dev' },
    });
    expect(text).toContain('# Whom we trust to build images');
    expect(await read(text)).toMatchObject({
      builders: [
        {
          name: 'ci',
          repositories: ['r/**', 'q/**'],
          keys: [{ key: { id: publicKey.id }, until: '2027-01-01' }],
          identities: [{ issuer: 'https://issuer', subject: 'https://github.com/acme/**' }],
        },
      ],
      people: [{ name: 'alice@acme.dev', roles: ['security'] }],
    });
  });

  test('an earlier cut-off stays when a later one is asked', async () => {
    const file = 'trust.yaml';
    let text = await enrol(newTrustRoot('acme'), file, {
      name: 'ci',
      kind: 'builder',
      repositories: ['**'],
      publicKey: pem,
    });
    text = await revoke(text, file, { name: 'ci', at: '2026-05-01T00:00:00Z', reason: 'stolen' });
    text = await revoke(text, file, { name: 'ci', at: '2026-06-01T00:00:00Z' });
    expect((await read(text)).builders[0]!.keys[0]!.revoked).toEqual({ at: '2026-05-01T00:00:00Z', reason: 'stolen' });
    text = await revoke(text, file, { name: 'ci', keyId: publicKey.id.slice(0, 19), at: '2026-04-01T00:00:00Z' });
    expect((await read(text)).builders[0]!.keys[0]!.revoked).toEqual({ at: '2026-04-01T00:00:00Z' });
    expect(await refused(revoke(text, file, { name: 'nobody', at: '2026-01-01' }))).toBe(
      'nothing-to-revoke: trust.yaml has no keys or log-ins of nobody',
    );
  });

  test('is refused with line and column of everything that is wrong', async () => {
    const text = `apiVersion: plimsoll.dev/v1
kind: TrustRoot
metadata: { name: acme }
sauces: []
builders:
  - name: ci
    repositories: ["**"]
    keys:
      - publicKey: no key
        until: soon
`;
    expect(await refused(read(text))).toBe(
      `invalid-trust-root: trust.yaml:10:16: until: must be a day (2026-01-31) or a time with its zone (2026-01-31T12:00:00Z)
trust.yaml:4:9: unknown field "sauces"`,
    );
    expect(await refused(read(text.replace('sauces: []\n', '').replace('        until: soon\n', '')))).toBe(
      'invalid-trust-root: trust.yaml:8:20: the public key holds no PEM block PUBLIC KEY',
    );
    expect(await refused(read('kind: Policy'))).toContain('must have apiVersion plimsoll.dev/v1 and kind TrustRoot');
  });

  test('names nobody twice, and gives no key to two', async () => {
    const file = 'trust.yaml';
    const one = await enrol(newTrustRoot('acme'), file, {
      name: 'ci',
      kind: 'builder',
      repositories: ['**'],
      publicKey: pem,
    });
    const two = await enrol(one, file, { name: 'other', kind: 'builder', repositories: ['**'], publicKey: pem });
    expect(await refused(read(two))).toContain('ci has this key already');
    expect(await refused(read(two.replace('name: other', 'name: ci')))).toContain('ci stands above already');
  });

  test('too deep, too large or full of aliases is refused', async () => {
    const head = newTrustRoot('acme');
    expect(await refused(read(`${head}x: ${'['.repeat(20_000)}`))).toContain('nested deeper');
    expect(await refused(read(`${head}# ${'x'.repeat(5 << 20)}`))).toContain('larger than 4 MiB');
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n`;
    expect(await refused(read(head + bomb))).toContain('invalid-trust-root');
  });

  test('cut, or with anything put into it, is read or refused with a code', async () => {
    const text = await enrol(newTrustRoot('acme'), 'f', {
      name: 'ci',
      kind: 'builder',
      repositories: ['**'],
      publicKey: pem,
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.nat(20), fc.string({ maxLength: 6 }), async (at, length, put) => {
        await refused(read(text.slice(0, at) + put + text.slice(at + length)));
      }),
      fuzz(200),
    );
  });
});

test('the example of docs/formats/trust-root.md loads, and every field is told there', async () => {
  const guide = readFileSync(new URL('../../../docs/formats/trust-root.md', import.meta.url), 'utf8');
  const example = /```yaml\n([^]*?)```/.exec(guide)![1]!;
  const sigstore = JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  });
  const root = await parseTrustRoot(example, 'trust.yaml', async (name) => {
    expect(name).toBe('trusted_root.json');
    return Buffer.from(sigstore);
  });
  expect(root.builders.map(({ name }) => name)).toEqual(['ci-main', 'github']);
  expect([root.people[0]!.roles, root.endorsers]).toEqual([['security', 'keeper'], ['keeper']]);
  const open: unknown[] = [z.toJSONSchema(trustRootSchema(z), { io: 'input' })];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if ('properties' in next && typeof next.properties === 'object')
      for (const field of Object.keys(next.properties!)) expect(guide, field).toMatch(new RegExp(`\\b${field}\\b`));
    open.push(...Object.values(next));
  }
});
