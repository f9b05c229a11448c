import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import type { Digest } from '../../model/index.ts';
import { simplePayload } from '../envelope/simple-signing.ts';
import { statementBytes } from '../envelope/statement.ts';
import { generateKeys } from '../keys/generate-keys.ts';
import { parsePrivateKey } from '../keys/private-key.ts';
import { refusalMends } from '../refusals.table.ts';
import type { TrustRoot } from '../root/trust-root.ts';
import { signerOfKey } from '../signers/signer-of-key.ts';
import { examine, signPredicateType } from '../verification/examine.ts';
import { claimOfSignatureLayer, claimsOfAttestationLayer, cosignSignature } from './cosign-layer.ts';
import { signStatement } from './make-bundle.ts';
import { readBundle } from './read-bundle.ts';
import { parseSigstoreRoot } from './trusted-root.ts';

const digest = `sha256:${'1'.repeat(64)}` as Digest;
const pair = generateKeys(undefined);
const signer = signerOfKey(
  parsePrivateKey(pair.privatePem, 'k', () => undefined),
  'k',
);
const now = new Date('2026-01-01T00:00:00Z');
const root: TrustRoot = {
  name: 'acme',
  digest,
  builders: [{ name: 'ci', repositories: ['**'], keys: [{ key: pair.publicKey }], identities: [] }],
  people: [],
  sources: [],
  bases: [],
  endorsers: [],
  verdict: { maxAgeDays: 7, policies: [] },
};
const image = { repository: 'r/app', digest, listed: [] };

function codesOf(bundle: Uint8Array): readonly string[] {
  const { evidence } = examine([readBundle(bundle, 'here')], image, { root, now });
  return evidence.refused.length > 0 ? evidence.refused.map(({ code }) => code) : ['accepted'];
}

interface Json {
  mediaType: string;
  verificationMaterial: { publicKey?: { hint: string } };
  dsseEnvelope: { payload: string; payloadType: string; signatures: { sig: string }[] };
}

async function made(edit: (bundle: Json) => void = () => {}, predicateType = signPredicateType): Promise<Buffer> {
  const bundle = JSON.parse(
    (await signStatement(statementBytes({ digest }, predicateType, {}), signer)).toString(),
  ) as Json;
  edit(bundle);
  return Buffer.from(JSON.stringify(bundle));
}

describe('a bundle', () => {
  test('that is whole is accepted', async () => {
    expect(codesOf(await made())).toEqual(['accepted']);
  });

  test.each<[string, (bundle: Json) => void, string]>([
    [
      'whose payload was changed',
      ({ dsseEnvelope }) => {
        const text = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace(/1{64}/, '2'.repeat(64));
        dsseEnvelope.payload = Buffer.from(text).toString('base64');
      },
      'signature-invalid',
    ],
    [
      'whose payload type was changed',
      ({ dsseEnvelope }) => void (dsseEnvelope.payloadType = 'text/plain'),
      'signature-invalid',
    ],
    [
      'whose signature was changed',
      ({ dsseEnvelope }) => void (dsseEnvelope.signatures[0]!.sig = 'MEUC'),
      'signature-invalid',
    ],
    ['with a hint to no key of ours', (bundle) => void (bundle.verificationMaterial.publicKey!.hint = 'x'), 'accepted'],
    ['without a signature', ({ dsseEnvelope }) => void (dsseEnvelope.signatures = []), 'unreadable'],
    ['with two signatures', ({ dsseEnvelope }) => void dsseEnvelope.signatures.push({ sig: 'MEUC' }), 'unreadable'],
    ['of an unknown version', (bundle) => void (bundle.mediaType = 'application/json'), 'unreadable'],
    ['without a key', (bundle) => void delete bundle.verificationMaterial.publicKey, 'unreadable'],
    [
      'with hundreds of time stamps',
      (bundle) =>
        void Object.assign(bundle.verificationMaterial, {
          timestampVerificationData: { rfc3161Timestamps: Array(500).fill({ signedTimestamp: 'MAA=' }) },
        }),
      'unreadable',
    ],
    [
      'with a time stamp that is none',
      (bundle) =>
        void Object.assign(bundle.verificationMaterial, {
          timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: 'MAA=' }] },
        }),
      'accepted',
    ],
    [
      'with a certificate that nobody knows',
      (bundle) => void Object.assign(bundle, { verificationMaterial: { certificate: { rawBytes: 'MAA=' } } }),
      'no-sigstore-root',
    ],
  ])('%s is %#', async (_, edit, expected) => {
    expect(codesOf(await made(edit))).toEqual([expected]);
  });

  test('nested deep, or of no JSON, is refused', () => {
    expect(codesOf(Buffer.from('['.repeat(100_000)))).toEqual(['unreadable']);
    expect(codesOf(Buffer.from('nonsense'))).toEqual(['unreadable']);
    expect(codesOf(Buffer.from([0xff, 0xfe]))).toEqual(['unreadable']);
  });

  test('whose statement is nested deep, or names thousands of subjects, is refused', async () => {
    const sign = (payload: string) => signStatement(Buffer.from(payload), signer);
    expect(codesOf(await sign('{"a":'.repeat(200) + '1' + '}'.repeat(200)))).toEqual(['unreadable']);
    const subject = Array(2000).fill({ digest: { sha256: '1'.repeat(64) } });
    const statement = { _type: 'https://in-toto.io/Statement/v1', subject, predicateType: signPredicateType };
    expect(codesOf(await sign(JSON.stringify(statement)))).toEqual(['unreadable']);
  });

  test('of another type is no signature, and of an unreadable predicate nothing', async () => {
    const of = async (predicateType: string) =>
      examine([readBundle(await made(() => {}, predicateType), 'here')], image, { root, now }).evidence;
    expect((await of('https://example.com/other')).signatures).toEqual([]);
    expect((await of('https://example.com/other')).attestations).toHaveLength(1);
    expect((await of('https://slsa.dev/verification_summary/v1')).refused[0]!.code).toBe('unreadable');
  });

  test('cut or flipped anywhere is never accepted for another image, and never throws', async () => {
    const bytes = await made();
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, flip, cut) => {
        const changed = cut ? bytes.subarray(0, at) : Buffer.from(bytes);
        if (!cut) changed[at]! ^= flip;
        const { evidence } = examine([readBundle(changed, 'here')], image, { root, now });
        for (const { subject } of evidence.signatures) expect(subject).toBe(digest);
      }),
      fuzz(500),
    );
  });
});

describe("cosign's older layers", () => {
  test('are read as what they say', async () => {
    const payload = simplePayload(digest, 'r/app');
    const signature = (await signer.sign(payload)).toString('base64');
    const claim = claimOfSignatureLayer(payload, { [cosignSignature]: signature }, 'here');
    expect(examine([claim], image, { root, now }).evidence.signatures).toMatchObject([{ subject: digest }]);
    const other = claimOfSignatureLayer(Buffer.from('{}'), { [cosignSignature]: signature }, 'here');
    expect(examine([other], image, { root, now }).evidence.refused[0]!.code).toBe('unknown-signer');
    expect(claimOfSignatureLayer(payload, {}, 'here')).toMatchObject({ refusal: { code: 'unreadable' } });
  });

  test('survive anything in their annotations', () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), fc.jsonValue(), (signature, log, stamp) => {
        const annotations = {
          [cosignSignature]: signature,
          'dev.sigstore.cosign/certificate': signature,
          'dev.sigstore.cosign/bundle': JSON.stringify({ SignedEntryTimestamp: 'x', Payload: log }),
          'dev.sigstore.cosign/rfc3161timestamp': JSON.stringify(stamp),
        };
        examine([claimOfSignatureLayer(Buffer.from('{}'), annotations, 'here')], image, { root, now });
        examine(claimsOfAttestationLayer(Buffer.from(JSON.stringify(log)), annotations, 'here'), image, { root, now });
      }),
      fuzz(200),
    );
  });
});

test('a trusted root that is none is refused', () => {
  for (const text of ['', '{}', '[]', 'null', '{"mediaType":"application/json"}'])
    expect(() => parseSigstoreRoot(Buffer.from(text), 'root.json')).toThrow('root.json is no Sigstore trusted root');
});

test('every reason of refusal is told in the how-to', () => {
  const guide = readFileSync(new URL('../../../docs/howto/sign-and-verify.md', import.meta.url), 'utf8');
  for (const code of Object.keys(refusalMends)) expect(guide, code).toContain(`\`${code}\``);
});
