import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signBlob } from '../../src/flows/sign/index.ts';
import { enrolInFile, revokeInFile } from '../../src/flows/trust-root/index.ts';
import { chooseTrust, type LoginChoice, verifyBlob } from '../../src/flows/verify/index.ts';
import { buildImage } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { type ReferrersRegistry, startReferrersRegistry } from '../make/referrers-registry.ts';
import { identityToken, type SigstoreServices, startSigstore } from '../make/sigstore-services.ts';
import { Harbour, stepsOf } from './harbour.ts';

const issuer = 'https://issuer.example.com';
const workflow = 'https://github.com/acme/cart/.github/workflows/build.yml@refs/heads/main';
const onlySigned = { asked: { provenance: false, verdict: false } };

describe('with Sigstore’s services on loopback', () => {
  const harbour = new Harbour();
  const signal = new AbortController().signal;
  let registry: ReferrersRegistry;
  let sigstore: SigstoreServices;
  let others: SigstoreServices;
  beforeAll(async () => {
    [registry, sigstore, others] = await Promise.all([startReferrersRegistry(), startSigstore(), startSigstore()]);
    writeFileSync(harbour.at('root.json'), sigstore.trustedRoot);
    writeFileSync(harbour.at('other-root.json'), others.trustedRoot);
    harbour.keys('ci');
    await rootFile('trust.yaml', 'root.json');
    await rootFile('other.yaml', 'other-root.json');
  });
  afterAll(async () => {
    await Promise.all([registry.stop(), sigstore.stop(), others.stop()]);
    harbour.remove();
  });

  /** A trust root with the key `ci` and the workflow, that believes one Sigstore. */
  async function rootFile(name: string, sigstoreFile: string): Promise<string> {
    const file = await harbour.trustRoot(name, [{ key: 'ci' }], (yaml) =>
      yaml.replace('sources: []', `sigstore:\n  trustedRoot: ${sigstoreFile}\nsources: []`),
    );
    const subject = 'https://github.com/acme/**';
    await enrolInFile(file, { name: 'workflow', kind: 'builder', repositories: ['**'], identity: { issuer, subject } });
    return file;
  }
  const push = (name: string) =>
    pushImage(registry, `${name}:1`, buildImage({ layers: [{ files: { '/app': name } }] }));
  const services = (from: SigstoreServices) => ({
    fulcioUrl: from.url,
    rekorUrl: from.url,
    timestampUrls: [from.url],
  });
  const keyless = (from: SigstoreServices, subject = workflow, by = issuer) => ({
    key: undefined,
    identityToken: identityToken(subject, by),
    ...services(from),
  });

  test('a workflow that logs in signs, and is known by who it is', async () => {
    const reference = await push('keyless');
    await harbour.sign(reference, 'ci', keyless(sigstore));
    const verification = await harbour.verify(reference, 'trust.yaml', onlySigned);
    expect(verification.result).toBe('pass');
    expect(verification.evidence.signatures).toEqual([
      {
        signer: { kind: 'builder', name: 'workflow', identity: { issuer, subject: workflow } },
        subject: verification.digest,
        provenAt: expect.stringMatching(/^\d{4}-/) as string,
      },
    ]);
  });

  test.each([
    ['another workflow', 'https://github.com/evil/cart/build.yml', issuer, 'identity fail unknown-signer'],
    ['another issuer', workflow, 'https://evil.example.com', 'identity fail unknown-signer'],
  ])('%s is nobody', async (name, subject, by, expected) => {
    const reference = await push(name.replace(' ', '-'));
    await harbour.sign(reference, 'ci', keyless(sigstore, subject, by));
    expect(stepsOf(await harbour.verify(reference, 'trust.yaml', onlySigned)).at(-1)).toBe(expected);
  });

  test("another Sigstore's certificate is not believed", async () => {
    const reference = await push('other-sigstore');
    await harbour.sign(reference, 'ci', keyless(others));
    expect(stepsOf(await harbour.verify(reference, 'trust.yaml', onlySigned))).toEqual([
      'signature fail other-trust-root',
    ]);
    expect((await harbour.verify(reference, 'other.yaml', onlySigned)).result).toBe('pass');
  });

  test('a certificate without proof of the log is refused, unless that is not asked', async () => {
    const reference = await push('unlogged');
    await harbour.sign(reference, 'ci', { ...keyless(sigstore), rekorUrl: undefined });
    expect(stepsOf(await harbour.verify(reference, 'trust.yaml', onlySigned))).toEqual([
      'signature fail log-proof-invalid',
    ]);
    const ignore = { transparencyLog: true };
    expect((await harbour.verify(reference, 'trust.yaml', { ...onlySigned, ignore })).result).toBe('pass');
  });

  test('a key that was revoked still counts for what a time stamp proves to be older', async () => {
    const reference = await push('stamped');
    await harbour.sign(reference, 'ci', { timestampUrls: [sigstore.url] });
    const inAnHour = new Date(Date.now() + 3_600_000);
    const laterStill = new Date(Date.now() + 7_200_000);
    const after = await rootFile('after.yaml', 'root.json');
    await revokeInFile(after, { name: 'ci', at: inAnHour.toISOString() });
    const verify = (file: string) => harbour.verify(reference, file, { ...onlySigned, now: laterStill });
    const verification = await verify('after.yaml');
    expect(verification.result).toBe('pass');
    expect(verification.evidence.signatures[0]!.provenAt).toBeDefined();
    const before = await rootFile('before.yaml', 'root.json');
    await revokeInFile(before, { name: 'ci', at: '2026-01-01T00:00:00Z' });
    expect(stepsOf(await verify('before.yaml')).at(-1)).toBe('identity fail key-revoked');
    // A stamp of services that nobody here trusts proves nothing.
    await rootFile('strange.yaml', 'other-root.json');
    await revokeInFile(harbour.at('strange.yaml'), { name: 'ci', at: inAnHour.toISOString() });
    expect(stepsOf(await verify('strange.yaml')).at(-1)).toBe('identity fail key-revoked');
  });

  test.each([
    ['whole seconds', ''],
    ['one digit', '.5'],
    ['two digits', '.25'],
    ['three digits', '.125'],
    ['three digits, the last a zero', '.120'],
    ['six digits', '.123456'],
  ])('a time stamp with %s of the second is read', async (_, fraction) => {
    const stamping = await startSigstore({ fraction: () => fraction });
    try {
      const name = `stamped${fraction.replace('.', '-')}`;
      writeFileSync(harbour.at(`${name}.json`), stamping.trustedRoot);
      await rootFile(`${name}.yaml`, `${name}.json`);
      // By a key, where it proves when, and by a log-in, where without a log nothing else does.
      for (const [tag, options] of [
        ['key', { timestampUrls: [stamping.url] }],
        ['log-in', { ...keyless(stamping), rekorUrl: undefined }],
      ] as const) {
        const reference = await push(`${name}-${tag}`);
        await harbour.sign(reference, 'ci', options);
        const ignore = { transparencyLog: true };
        const verification = await harbour.verify(reference, `${name}.yaml`, { ...onlySigned, ignore });
        expect([tag, stepsOf(verification)]).toEqual([tag, ['signature pass', 'identity pass', 'subject pass']]);
        const { provenAt } = verification.evidence.signatures[0]!;
        const digits = fraction.replace('.', '').padEnd(3, '0').slice(0, 3);
        expect(provenAt).toMatch(new RegExp(`:\\d\\d\\.${digits}Z$`));
      }
    } finally {
      await stamping.stop();
    }
  });

  describe('a file', () => {
    beforeAll(async () => {
      writeFileSync(harbour.at('blob'), 'ahoy\n');
      writeFileSync(harbour.at('other'), 'ahoi\n');
      await signBlob(harbour.at('blob'), {
        ...keyless(sigstore, 'me@acme.dev'),
        env: {},
        signal,
        bundleFile: harbour.at('b.json'),
      });
    });
    async function says(
      file: string,
      more: { subject?: string; login?: LoginChoice; sigstoreFile?: string; bundle?: string } = {},
    ) {
      const { root } = await chooseTrust({
        login: { issuer, ...(more.login ?? { subject: more.subject ?? 'me@acme.dev' }) },
        sigstoreFile: harbour.at(more.sigstoreFile ?? 'root.json'),
      });
      const verified = await verifyBlob(harbour.at(file), {
        root,
        now: new Date(),
        bundleFile: harbour.at(more.bundle ?? 'b.json'),
        ignore: { transparencyLog: false, certificateLog: false },
      });
      return verified.result === 'pass' ? 'pass' : verified.refusal.code;
    }
    /** The bundle with something changed. */
    function changed(edit: (material: { tlogEntries: Record<string, unknown>[] }) => void): string {
      const bundle = JSON.parse(readFileSync(harbour.at('b.json'), 'utf8')) as {
        verificationMaterial: { tlogEntries: Record<string, unknown>[] };
      };
      edit(bundle.verificationMaterial);
      writeFileSync(harbour.at('changed.json'), JSON.stringify(bundle));
      return 'changed.json';
    }

    test('signed by a log-in is verified offline', async () => {
      expect(await says('blob')).toBe('pass');
      expect(await says('other')).not.toBe('pass');
      expect(await says('blob', { subject: 'you@acme.dev' })).toBe('unknown-signer');
      expect(await says('blob', { sigstoreFile: 'other-root.json' })).not.toBe('pass');
    });

    test.each<[LoginChoice, string]>([
      [{ subjectRegexp: '^me@acme\\.dev$' }, 'pass'],
      [{ subjectRegexp: 'acme' }, 'pass'],
      [{ subjectRegexp: '^acme' }, 'unknown-signer'],
      [{ subjectRegexp: '(?i)ME@' }, 'pass'],
      [{ subject: 'me@acme.dev', subjectRegexp: '^you' }, 'unknown-signer'],
      [{ subject: '*@acme.dev' }, 'unknown-signer'],
      [{ subject: 'me@acme.dev', issuer: 'https://issuer.example.co' }, 'unknown-signer'],
    ])('asked for as %j is %s', async (login, expected) => {
      expect(await says('blob', { login })).toBe(expected);
    });

    test.each<[LoginChoice, string]>([
      [{ subjectRegexp: '' }, 'bad-regexp'],
      [{ subjectRegexp: '(a' }, 'bad-regexp'],
      [{ subjectRegexp: '(?P<name>a)' }, 'bad-regexp'],
    ])('asked for as %j is a mistake of the user', async (login, code) => {
      await expect(says('blob', { login })).rejects.toMatchObject({ code, kind: 'usage' });
    });

    test('whose proof of inclusion was changed is refused', async () => {
      const proof = (material: { tlogEntries: Record<string, unknown>[] }) =>
        material.tlogEntries[0]!['inclusionProof'] as Record<string, unknown>;
      const hash = Buffer.alloc(32, 7).toString('base64');
      expect(await says('blob', { bundle: changed((m) => void (proof(m)['hashes'] = [hash])) })).toBe(
        'log-proof-invalid',
      );
      expect(await says('blob', { bundle: changed((m) => void (m.tlogEntries = [])) })).toBe('log-proof-invalid');
      const moved = changed((m) => void (m.tlogEntries[0]!['integratedTime'] = '1700000000'));
      expect(await says('blob', { bundle: moved })).not.toBe('pass');
    });
  });

  test('services that refuse are told of, with what helps', async () => {
    const reference = await push('refusing');
    await expect(harbour.sign(reference, 'ci', { timestampUrls: [`${sigstore.url}/nowhere`] })).rejects.toMatchObject({
      code: 'signing-service-failed',
    });
    await expect(harbour.sign(reference, 'ci', { key: undefined })).rejects.toMatchObject({ code: 'no-key' });
  });
});
