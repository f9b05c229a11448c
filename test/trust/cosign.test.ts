import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signBlob } from '../../src/flows/sign/index.ts';
import { chooseTrust, verifyBlob } from '../../src/flows/verify/index.ts';
import { cosign, noCosignReason } from '../make/cosign.ts';
import { buildImage, buildIndex } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { startReferrersRegistry } from '../make/referrers-registry.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { identityToken, type SigstoreServices, startSigstore } from '../make/sigstore-services.ts';
import { Harbour, provenance, stepsOf, summary } from './harbour.ts';

const reason = noRegistryReason() ?? (await noCosignReason());
if (reason !== undefined) console.warn(`skipped: ${reason}`);

const issuer = 'https://issuer.example.com';
const insecure = ['--allow-insecure-registry', '--insecure-ignore-tlog'];
const offline = ['--yes', '--tlog-upload=false', '--use-signing-config=false', '--allow-insecure-registry'];
const older = '--new-bundle-format=false';

/** On Debian's registry, which knows only tags, and on one that has the referrers API. */
describe.skipIf(reason !== undefined).each(['tags alone', 'the referrers API'])('with a registry of %s', (kind) => {
  const harbour = new Harbour();
  let registry: Pick<TestRegistry, 'address' | 'storage' | 'stop'>;
  beforeAll(async () => {
    registry = kind === 'tags alone' ? await startRegistry() : await startReferrersRegistry();
    await cosign(['generate-key-pair'], { cwd: harbour.folder });
    harbour.keys('ours');
    await cosign(['import-key-pair', '--key', 'ours.key', '--output-key-prefix', 'imported'], { cwd: harbour.folder });
    await harbour.trustRoot('trust.yaml', [{ key: 'cosign' }, { key: 'ours' }]);
  });
  afterAll(async () => {
    await registry.stop();
    harbour.remove();
  });
  const run = (...args: string[]) => cosign(args, { cwd: harbour.folder });
  const push = (name: string) =>
    pushImage(registry, `${name}:1`, buildIndex([buildImage({ layers: [{ files: { '/app': name } }] })]));
  const onlySigned = { asked: { provenance: false, verdict: false } };

  test('what we sign, cosign verifies: bundles and the older tags', async () => {
    const reference = await push('ours');
    await harbour.sign(reference, 'ours');
    expect(await run('verify', '--key', 'ours.pub', ...insecure, reference)).toContain('sha256:');
    await harbour.sign(reference, 'ours', { form: 'simple' });
    expect(await run('verify', '--key', 'ours.pub', older, ...insecure, reference)).toContain('sha256:');
    await expect(run('verify', '--key', 'cosign.pub', ...insecure, reference)).rejects.toThrow();
  });

  test('what we attest, cosign verifies', async () => {
    const reference = await push('attested');
    await harbour.attest(reference, 'ours', 'slsaprovenance1', provenance());
    const type = ['--type', 'slsaprovenance1'];
    expect(await run('verify-attestation', '--key', 'ours.pub', ...type, ...insecure, reference)).toContain('payload');
    await harbour.attest(reference, 'ours', 'vuln', { scanner: {}, metadata: {} }, { form: 'simple' });
    expect(
      await run('verify-attestation', '--key', 'ours.pub', '--type', 'vuln', older, ...insecure, reference),
    ).toContain('payload');
  });

  test('what cosign signs and attests, we verify', async () => {
    const reference = await push('theirs');
    await run('sign', '--key', 'cosign.key', ...offline, reference);
    writeFileSync(harbour.at('prov.json'), JSON.stringify(provenance()));
    writeFileSync(harbour.at('vsa.json'), JSON.stringify(summary(reference)));
    const attest = ['attest', '--key', 'cosign.key', ...offline];
    await run(...attest, '--type', 'slsaprovenance1', '--predicate', 'prov.json', reference);
    await run(...attest, '--type', 'https://slsa.dev/verification_summary/v1', '--predicate', 'vsa.json', reference);
    const verification = await harbour.verify(reference, 'trust.yaml');
    expect(stepsOf(verification)).toEqual([
      'signature pass',
      'identity pass',
      'subject pass',
      'provenance pass',
      'verdict pass',
    ]);
  });

  test('what cosign signs and attests in its older form, we verify', async () => {
    const reference = await push('theirs-older');
    await run('sign', '--key', 'cosign.key', older, ...offline, reference);
    writeFileSync(harbour.at('prov.json'), JSON.stringify(provenance()));
    const attest = ['attest', '--key', 'cosign.key', older, ...offline];
    await run(...attest, '--type', 'slsaprovenance1', '--predicate', 'prov.json', reference);
    const asked = { provenance: true, verdict: false };
    expect((await harbour.verify(reference, 'trust.yaml', { asked })).result).toBe('pass');
    await harbour.trustRoot('ours.yaml', [{ key: 'ours' }]);
    expect(stepsOf(await harbour.verify(reference, 'ours.yaml', onlySigned))).toEqual([
      'signature fail unknown-signer',
    ]);
  });

  test('we and cosign add to what the other left', async () => {
    const reference = await push('both');
    await run('sign', '--key', 'cosign.key', ...offline, reference);
    await harbour.sign(reference, 'ours');
    await run('sign', '--key', 'cosign.key', older, ...offline, reference);
    await harbour.sign(reference, 'ours', { form: 'simple' });
    for (const key of ['cosign.pub', 'ours.pub'])
      for (const form of ['--new-bundle-format=true', older])
        expect(await run('verify', '--key', key, form, ...insecure, reference)).toContain('sha256:');
    const { evidence } = await harbour.verify(reference, 'trust.yaml', onlySigned);
    expect(evidence.signatures.map(({ signer }) => signer.name).sort()).toEqual(['cosign', 'ours']);
  });

  test("an encrypted key of cosign's signs here, and one that we encrypt signs there", async () => {
    const reference = await push('keys');
    await harbour.sign(reference, 'cosign', { env: { COSIGN_PASSWORD: 'secret' } });
    expect(await run('verify', '--key', 'cosign.pub', ...insecure, reference)).toContain('sha256:');
    const { makeKeyFiles } = await import('../../src/flows/trust-root/index.ts');
    makeKeyFiles(harbour.at(`sealed-${kind.length}`), 'secret');
    await run('sign', '--key', `sealed-${kind.length}.key`, ...offline, reference);
    expect(await run('verify', '--key', `sealed-${kind.length}.pub`, ...insecure, reference)).toContain('sha256:');
  });
});

describe.skipIf(reason !== undefined)('files', () => {
  const harbour = new Harbour();
  const signal = new AbortController().signal;
  let services: SigstoreServices;
  beforeAll(async () => {
    services = await startSigstore();
    writeFileSync(harbour.at('root.json'), services.trustedRoot);
    await cosign(['generate-key-pair'], { cwd: harbour.folder });
    harbour.keys('ours');
    writeFileSync(harbour.at('blob'), 'ahoy\n');
    writeFileSync(harbour.at('other'), 'ahoi\n');
  });
  afterAll(async () => {
    await services.stop();
    harbour.remove();
  });
  const run = (...args: string[]) => cosign(args, { cwd: harbour.folder });
  const ignore = { transparencyLog: false, certificateLog: false };
  const verify = async (file: string, key: string, more: object) =>
    verifyBlob(harbour.at(file), {
      root: (await chooseTrust({ keyFile: harbour.at(key) })).root,
      now: new Date(),
      ignore,
      ...more,
    });

  test('that we sign, cosign verifies, by bundle and by signature', async () => {
    const files = { bundleFile: harbour.at('b.json'), signatureFile: harbour.at('b.sig') };
    await signBlob(harbour.at('blob'), { key: harbour.at('ours.key'), env: {}, signal, ...files });
    await run('verify-blob', '--key', 'ours.pub', '--bundle', 'b.json', '--insecure-ignore-tlog', 'blob');
    await run('verify-blob', '--key', 'ours.pub', '--signature', 'b.sig', '--insecure-ignore-tlog', 'blob');
    await expect(
      run('verify-blob', '--key', 'ours.pub', '--bundle', 'b.json', '--insecure-ignore-tlog', 'other'),
    ).rejects.toThrow();
  });

  test('that cosign signs, we verify, and no other file by the same bundle', async () => {
    const flags = ['--yes', '--tlog-upload=false', '--use-signing-config=false', '--bundle', 'c.json'];
    await run('sign-blob', '--key', 'cosign.key', ...flags, 'blob');
    const bundle = { bundleFile: harbour.at('c.json') };
    expect(await verify('blob', 'cosign.pub', bundle)).toMatchObject({ result: 'pass' });
    expect(await verify('other', 'cosign.pub', bundle)).toMatchObject({
      result: 'fail',
      refusal: { code: 'signature-invalid' },
    });
    expect(await verify('blob', 'ours.pub', bundle)).toMatchObject({
      result: 'fail',
      refusal: { code: 'unknown-signer' },
    });
  });

  test('that we sign with a log-in, cosign verifies offline by the trusted root', async () => {
    await signBlob(harbour.at('blob'), {
      identityToken: identityToken('ci@acme.dev', issuer),
      fulcioUrl: services.url,
      rekorUrl: services.url,
      timestampUrls: [services.url],
      env: {},
      signal,
      bundleFile: harbour.at('keyless.json'),
    });
    const flags = ['--trusted-root', 'root.json', '--certificate-oidc-issuer', issuer];
    expect(JSON.parse(readFileSync(harbour.at('keyless.json'), 'utf8'))).toMatchObject({
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    });
    await run('verify-blob', '--bundle', 'keyless.json', '--certificate-identity', 'ci@acme.dev', ...flags, 'blob');
    await expect(
      run('verify-blob', '--bundle', 'keyless.json', '--certificate-identity', 'eve@acme.dev', ...flags, 'blob'),
    ).rejects.toThrow();
  });
});
