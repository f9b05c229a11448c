import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Place, root } from '../cli/plimsoll.ts';

const cases = join(root, 'test/vectors/sigstore-conformance');
const vectors = join(root, 'test/vectors/sigstore');
const place = new Place();
afterAll(() => place.remove());

/** `verify-bundle` of the conformance suite's protocol (docs/cli_protocol.md there) is our `verify-blob`, word for word. */
async function verifyBundle(...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await place.plimsoll(['verify-blob', ...args]);
  if (status === 0) return 'pass';
  return /\(([a-z0-9-]+)\)\n/.exec(status === 2 ? stdout : stderr)?.[1] ?? `${status}: ${stdout}${stderr}`;
}

describe('the conformance cases of Sigstore that need no network', () => {
  test.each(
    readdirSync(cases, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => [name]),
  )('%s', async (name) => {
    const file = (part: string): string => join(cases, name, part);
    const options = existsSync(file('trusted_root.json')) ? ['--trusted-root', file('trusted_root.json')] : [];
    const args = ['--bundle', file('bundle.sigstore.json'), '--key', file('key.pub'), ...options];
    const digest = 'sha256:a0cfc71271d6e278e57cd332ff957c3f7043fdda354c4cbb190a30d56efa01bf';
    const expected = name.endsWith('_fail') ? 'unreadable' : 'pass';
    expect(await verifyBundle(...args, join(cases, 'a.txt'))).toBe(expected);
    expect(await verifyBundle(...args, digest)).toBe(expected);
    if (expected === 'pass') {
      expect(await verifyBundle(...args, digest.replace('a0', 'a1'))).toBe('other-digest');
      // A key and a log-in at once is a mistake, whichever of them would do (managed-key-and-client-identity_fail).
      const both = ['--certificate-identity', 'me@example.com', '--certificate-oidc-issuer', 'https://example.com'];
      expect(await verifyBundle(...args, ...both, join(cases, 'a.txt'))).toBe('two-trusts');
    }
  });
});

interface Material {
  certificate?: { rawBytes: string };
  x509CertificateChain?: { certificates: { rawBytes: string }[] };
  tlogEntries: {
    integratedTime: string;
    logIndex: string;
    canonicalizedBody: string;
    logId: { keyId: string };
    inclusionPromise?: { signedEntryTimestamp: string };
    inclusionProof?: { rootHash: string; hashes: string[]; checkpoint: { envelope: string } };
  }[];
}

interface Json {
  mediaType: string;
  verificationMaterial: Material;
  dsseEnvelope: { payload: string; signatures: { sig: string }[] };
}

describe("what Sigstore's public services made, changed as an attacker would", () => {
  const provenance = join(vectors, 'sigstore-2.0.0-provenance.sigstore.json');
  const issuer = 'https://token.actions.githubusercontent.com';
  const identity = 'https://github.com/sigstore/sigstore-js/.github/workflows/release.yml@refs/heads/main';
  const login = ['--certificate-identity', identity, '--certificate-oidc-issuer', issuer];
  const trusted = ['--trusted-root', join(vectors, 'trusted_root.json')];
  const read = (file: string): Json => JSON.parse(readFileSync(file, 'utf8')) as Json;
  const statement = JSON.parse(Buffer.from(read(provenance).dsseEnvelope.payload, 'base64').toString()) as {
    subject: { digest: { sha512: string } }[];
  };
  // The tarball itself is not here: the subject is named by its SHA-512.
  const digest = `sha512:${statement.subject[0]!.digest.sha512}`;

  test.each<[string, readonly string[], string]>([
    ['the identity and issuer, word for word', login, 'pass'],
    [
      'the identity by an expression',
      ['--certificate-identity-regexp', 'sigstore/sigstore-js/', '--certificate-oidc-issuer', issuer],
      'pass',
    ],
    [
      'both by expressions that are held',
      [
        '--certificate-identity-regexp',
        '^https://github\\.com/sigstore/[a-z-]+/.*@refs/heads/main$',
        '--certificate-oidc-issuer-regexp',
        '^https://token\\.actions\\.githubusercontent\\.com$',
      ],
      'pass',
    ],
    [
      'another identity',
      ['--certificate-identity', `${identity}x`, '--certificate-oidc-issuer', issuer],
      'unknown-signer',
    ],
    [
      'another issuer',
      ['--certificate-identity', identity, '--certificate-oidc-issuer', `${issuer}/`],
      'unknown-signer',
    ],
    [
      'an expression of others',
      ['--certificate-identity-regexp', '^https://github\\.com/evil/', '--certificate-oidc-issuer', issuer],
      'unknown-signer',
    ],
    ['an identity without an issuer', ['--certificate-identity', identity], 'no-trust'],
    ['nobody', [], 'no-trust'],
  ])('asked for %s', async (_, who, expected) => {
    expect(await verifyBundle('--bundle', provenance, ...who, ...trusted, digest)).toBe(expected);
  });

  /** Another entry of the same log, which is about something else. */
  const others = read(join(vectors, 'dsse.sigstore.json')).verificationMaterial;
  const entry = ({ verificationMaterial }: Json) => verificationMaterial.tlogEntries[0]!;

  test.each<[string, (bundle: Json) => void, string]>([
    [
      'a payload about something else',
      ({ dsseEnvelope }) => {
        const text = Buffer.from(dsseEnvelope.payload, 'base64').toString().replace('sigstore@2.0.0', 'sigstore@6.6.6');
        dsseEnvelope.payload = Buffer.from(text).toString('base64');
      },
      'log-proof-invalid',
    ],
    [
      'no entry of a log',
      ({ verificationMaterial }) => void (verificationMaterial.tlogEntries = []),
      'timestamp-invalid',
    ],
    [
      "another statement's entry of the log (CVE-2022-36056)",
      ({ verificationMaterial }) => void (verificationMaterial.tlogEntries = others.tlogEntries),
      'other-trust-root',
    ],
    ['an entry of an unknown log', (bundle) => void (entry(bundle).logId.keyId = 'AAAA'), 'log-proof-invalid'],
    [
      'another time than the log promised',
      (bundle) => void (entry(bundle).integratedTime = '1692374736'),
      'log-proof-invalid',
    ],
    [
      'a time outside the certificate',
      (bundle) => void (entry(bundle).integratedTime = '1700000000'),
      'other-trust-root',
    ],
    [
      'a changed body of the entry',
      (bundle) => {
        const body = Buffer.from(entry(bundle).canonicalizedBody, 'base64').toString();
        const changed = body.replace('"kind":"intoto"', '"kind": "intoto"');
        expect(changed).not.toBe(body);
        entry(bundle).canonicalizedBody = Buffer.from(changed).toString('base64');
      },
      'log-proof-invalid',
    ],
    [
      "another's certificate",
      ({ verificationMaterial }) => {
        verificationMaterial.x509CertificateChain = others.x509CertificateChain!;
        delete verificationMaterial.certificate;
      },
      'other-trust-root',
    ],
  ])('with %s it is refused', async (_, change, code) => {
    const bundle = read(provenance);
    change(bundle);
    writeFileSync(place.at('changed.json'), JSON.stringify(bundle));
    expect(await verifyBundle('--bundle', place.at('changed.json'), ...login, ...trusted, digest)).toBe(code);
  });

  test('an envelope of two signatures is refused, whoever signed it', async () => {
    const anyone = ['--certificate-identity-regexp', '.', '--certificate-oidc-issuer-regexp', '.'];
    const slsa = `sha512:bbfd372fc9beeb777fe35d05bb10c0c70a9733d366a75fed7dd18866c7391de3ee7e88ba74dd47abf3e15c845e547fcf0e5c3da80854c751554224d3a6d4e55f`;
    const says = (name: string) => verifyBundle('--bundle', join(vectors, name), ...anyone, ...trusted, slsa);
    expect([await says('dsse.sigstore.json'), await says('dsse-2sigs.sigstore.json')]).toEqual(['pass', 'unreadable']);
  });

  test('a signature over a file itself needs the file', async () => {
    const file = [
      '--bundle',
      join(vectors, 'othername.sigstore.json'),
      '--trusted-root',
      join(vectors, 'scaffolding.json'),
    ];
    const anyone = ['--certificate-identity-regexp', '.', '--certificate-oidc-issuer-regexp', '.'];
    expect(await verifyBundle(...file, ...anyone, `sha256:${'0'.repeat(64)}`)).toBe('file-needed');
    expect(await verifyBundle(...file, ...anyone, join(cases, 'a.txt'))).toBe('log-proof-invalid');
  });
});
