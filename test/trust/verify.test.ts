import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { revokeInFile } from '../../src/flows/trust-root/index.ts';
import { buildImage, buildIndex, type BuiltImage } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { Harbour, provenance, stepsOf, summary } from './harbour.ts';

const reason = noRegistryReason();
if (reason !== undefined) console.warn(`skipped: ${reason}`);

/** Images that differ in one file. */
function image(text: string, architecture = 'amd64'): BuiltImage {
  return buildImage({ layers: [{ files: { '/app': text } }], platform: { os: 'linux', architecture } });
}

describe.skipIf(reason !== undefined)('verify', () => {
  const harbour = new Harbour();
  let registry: TestRegistry;
  beforeAll(async () => {
    registry = await startRegistry();
    for (const name of ['ci', 'laptop', 'alice']) harbour.keys(name);
    await harbour.trustRoot('trust.yaml', [{ key: 'ci' }]);
  });
  afterAll(async () => {
    await registry.stop();
    harbour.remove();
  });

  async function pushed(name: string, built: Parameters<typeof pushImage>[2] = image(name)): Promise<string> {
    return pushImage(registry, `${name}:1`, built);
  }

  test('passes where an enrolled builder signed, and says what was built from what and judged how', async () => {
    const reference = await pushed('whole');
    await harbour.sign(reference, 'ci');
    await harbour.attest(reference, 'ci', 'slsaprovenance1', provenance());
    await harbour.attest(reference, 'ci', 'verdict', summary(reference));
    const verification = await harbour.verify(reference, 'trust.yaml');
    expect(stepsOf(verification)).toEqual([
      'signature pass',
      'identity pass',
      'subject pass',
      'provenance pass',
      'verdict pass',
    ]);
    expect(verification.result).toBe('pass');
    expect(verification.steps[3]!.what).toBe('built from https://github.com/acme/cart at ffffffffffff on debian:12');
    expect(verification.evidence.refused).toEqual([]);
  });

  test('finds signatures and attestations in the older tags alone', async () => {
    const reference = await pushed('older');
    await harbour.sign(reference, 'ci', { form: 'simple' });
    await harbour.attest(reference, 'ci', 'slsaprovenance1', provenance(), { form: 'simple' });
    await harbour.attest(reference, 'ci', 'verdict', summary(reference), { form: 'simple' });
    expect((await harbour.verify(reference, 'trust.yaml')).result).toBe('pass');
  });

  test('takes one good signature among several', async () => {
    const reference = await pushed('several');
    await harbour.sign(reference, 'laptop');
    await harbour.sign(reference, 'laptop', { form: 'simple' });
    await harbour.sign(reference, 'ci');
    const verification = await harbour.verify(reference, 'trust.yaml', {
      asked: { provenance: false, verdict: false },
    });
    expect(verification.result).toBe('pass');
    expect(verification.evidence.refused.map(({ code }) => code)).toEqual(['unknown-signer']);
  });

  const onlySigned = { asked: { provenance: false, verdict: false } };

  test.each([
    ['no signature at all', async () => {}, 'signature fail unsigned'],
    [
      'a key that nobody enrolled',
      (reference: string) => harbour.sign(reference, 'laptop'),
      'signature fail unknown-signer',
    ],
    [
      'an attestation instead of a signature',
      (reference: string) => harbour.attest(reference, 'ci', 'verdict', summary(reference)),
      'signature fail unsigned',
    ],
  ] as const)('refuses %s', async (what, act, expected) => {
    const reference = await pushed(`refuses-${what.replace(/\W+/g, '-')}`);
    await act(reference);
    expect(stepsOf(await harbour.verify(reference, 'trust.yaml', onlySigned))).toEqual([expected]);
  });

  test('refuses an attestation in place of a signature, where it is looked at', async () => {
    const reference = await pushed('attested');
    await harbour.attest(reference, 'ci', 'verdict', summary(reference));
    expect(stepsOf(await harbour.verify(reference, 'trust.yaml'))).toEqual(['signature fail other-type']);
  });

  test('refuses a tag that moved after signing', async () => {
    const reference = await pushed('moved');
    await harbour.sign(reference, 'ci');
    await pushed('moved', image('something else'));
    expect(stepsOf(await harbour.verify(reference, 'trust.yaml', onlySigned))).toEqual(['signature fail unsigned']);
  });

  test("refuses another image's signature, moved to this one", async () => {
    const good = await pushed('good');
    const bad = await pushed('bad');
    await harbour.sign(good, 'ci', { form: 'simple' });
    const [goodDigest, badDigest] = [image('good').manifest.digest, image('bad').manifest.digest];
    const base = `http://${registry.address}/v2`;
    const tag = (digest: string): string => `${digest.replace(':', '-')}.sig`;
    const manifest = await (
      await fetch(`${base}/good/manifests/${tag(goodDigest)}`, {
        headers: { accept: 'application/vnd.oci.image.manifest.v1+json' },
      })
    ).text();
    const { layers, config } = JSON.parse(manifest) as { layers: { digest: string }[]; config: { digest: string } };
    for (const { digest } of [...layers, config])
      await fetch(`${base}/bad/blobs/uploads/?mount=${digest}&from=good`, { method: 'POST' });
    const put = await fetch(`${base}/bad/manifests/${tag(badDigest)}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/vnd.oci.image.manifest.v1+json' },
      body: manifest,
    });
    expect(put.status).toBe(201);
    const verification = await harbour.verify(bad, 'trust.yaml', onlySigned);
    expect(stepsOf(verification)).toEqual(['signature pass', 'identity pass', 'subject fail other-digest']);
    expect(verification.result).toBe('fail');
  });

  test('refuses a builder of other repositories', async () => {
    const reference = await pushed('elsewhere');
    await harbour.sign(reference, 'ci');
    await harbour.trustRoot('narrow.yaml', [{ key: 'ci', repositories: [`${registry.address}/other/**`] }]);
    const verification = await harbour.verify(reference, 'narrow.yaml', onlySigned);
    expect(stepsOf(verification)).toEqual(['signature pass', 'identity fail wrong-repository']);
    expect(verification.steps[1]!.what).toBe(
      `ci may sign for ${registry.address}/other/**, not for ${registry.address}/elsewhere`,
    );
  });

  test('refuses keys that ended, and those that do not count yet', async () => {
    const reference = await pushed('terms');
    await harbour.sign(reference, 'ci');
    await harbour.trustRoot('ended.yaml', [{ key: 'ci', until: '2026-01-01' }]);
    await harbour.trustRoot('early.yaml', [{ key: 'ci', from: '2999-01-01' }]);
    const codeOf = async (file: string) => stepsOf(await harbour.verify(reference, file, onlySigned)).at(-1);
    expect(await codeOf('ended.yaml')).toBe('identity fail key-expired');
    expect(await codeOf('early.yaml')).toBe('identity fail key-not-yet-valid');
  });

  test('refuses a revoked key, where nothing proves that it signed before', async () => {
    const reference = await pushed('revoked');
    await harbour.sign(reference, 'ci');
    const file = await harbour.trustRoot('revoked.yaml', [{ key: 'ci' }]);
    await revokeInFile(file, { name: 'ci', at: '2026-01-01T00:00:00Z', reason: 'disk stolen' });
    const verification = await harbour.verify(reference, 'revoked.yaml', onlySigned);
    expect(verification.steps[1]).toEqual({
      step: 'identity',
      result: 'fail',
      code: 'key-revoked',
      what: "ci's key was revoked as of 2026-01-01T00:00:00Z (disk stolen); nothing proves that it was signed before",
      mend: 'build and sign it again with a key that is not revoked',
    });
  });

  test("refuses a person's signature for a builder's", async () => {
    const reference = await pushed('person');
    await harbour.sign(reference, 'alice');
    await harbour.trustRoot('people.yaml', [{ key: 'ci' }], (yaml) =>
      yaml.replace(
        'people: []',
        `people:\n  - name: alice\n    repositories: ["**"]\n    keys:\n      - publicKey: |\n${readPublic('alice')}`,
      ),
    );
    expect(stepsOf(await harbour.verify(reference, 'people.yaml', onlySigned))).toEqual([
      'signature pass',
      'identity fail not-a-builder',
    ]);
  });

  function readPublic(name: string): string {
    return readFileSync(harbour.at(`${name}.pub`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => `          ${line}\n`)
      .join('');
  }

  describe('of an index', () => {
    const [amd64, arm64] = [image('multi'), image('multi', 'arm64')];
    const index = buildIndex([amd64, arm64]);

    test("a signature of the index counts for the platform's image that it lists", async () => {
      const reference = await pushed('index-signed', index);
      await harbour.sign(reference, 'ci');
      const verification = await harbour.verify(reference, 'trust.yaml', { ...onlySigned, platform: 'linux/arm64' });
      expect(verification.result).toBe('pass');
      expect(verification.digest).toBe(arm64.manifest.digest);
      expect(verification.evidence.signatures[0]!.subject).toBe(index.manifest.digest);
    });

    test('a signature of one platform is none of the index, nor of the other platform', async () => {
      const reference = await pushed('platform-signed', index);
      const name = reference.replace(/:1$/, '');
      await harbour.sign(`${name}@${amd64.manifest.digest}`, 'ci');
      const says = async (platform?: string) =>
        stepsOf(await harbour.verify(reference, 'trust.yaml', { ...onlySigned, platform })).at(-1);
      expect(await says('linux/amd64')).toBe('subject pass');
      expect(await says('linux/arm64')).toBe('signature fail unsigned');
      expect(await says()).toBe('signature fail unsigned');
    });

    test('--recursive signs what it lists, too', async () => {
      const reference = await pushed('recursive', index);
      const signed = await harbour.sign(reference, 'ci', { recursive: true });
      expect(signed.map(({ subject }) => subject)).toEqual([
        index.manifest.digest,
        amd64.manifest.digest,
        arm64.manifest.digest,
      ]);
    });
  });

  describe('provenance', () => {
    async function says(name: string, predicate: unknown, edit: (yaml: string) => string, key = 'ci') {
      const reference = await pushed(name);
      await harbour.sign(reference, 'ci');
      if (predicate !== undefined) await harbour.attest(reference, key, 'slsaprovenance1', predicate);
      await harbour.trustRoot(`${name}.yaml`, [{ key: 'ci' }], edit);
      const asked = { provenance: true, verdict: false };
      return stepsOf(await harbour.verify(reference, `${name}.yaml`, { asked })).at(-1);
    }
    const sources = (yaml: string): string => yaml.replace('sources: []', 'sources: ["https://github.com/acme/*"]');
    const bases = (yaml: string): string => yaml.replace('bases: []', 'bases: ["debian:*"]');

    test.each([
      ['from-trusted', provenance(), sources, 'provenance pass'],
      ['from-nothing', undefined, sources, 'provenance cannot-tell provenance-missing'],
      ['from-stranger', provenance('https://github.com/evil/cart'), sources, 'provenance fail source-untrusted'],
      ['from-climber', provenance('https://github.com/acme/../evil/cart'), sources, 'provenance fail source-untrusted'],
      ['on-endorsed', provenance(), bases, 'provenance pass'],
      ['on-other', provenance(undefined, 'alpine:3'), bases, 'provenance fail base-not-endorsed'],
    ])('%s', async (name, predicate, edit, expected) => {
      expect(await says(name, predicate, edit)).toBe(expected);
    });

    test('of whoever is no builder does not count', async () => {
      expect(await says('of-laptop', provenance(), sources, 'laptop')).toBe('provenance fail unknown-signer');
    });

    test('of a tree with changes that are in no revision does not count', async () => {
      const dirty = provenance();
      Object.assign(dirty.buildDefinition, { internalParameters: { dirty: true } });
      expect(await says('dirty', dirty, sources)).toBe('provenance fail source-dirty');
    });

    test('of BuildKit, unsigned, is told and does not count', async () => {
      const built = image('buildkit');
      const reference = await pushed('buildkit', buildIndex([built], { attestations: true }));
      await harbour.sign(reference, 'ci');
      const asked = { provenance: true, verdict: false };
      expect(stepsOf(await harbour.verify(reference, 'trust.yaml', { asked })).at(-1)).toBe(
        'provenance cannot-tell provenance-missing',
      );
    });
  });

  describe('a verdict', () => {
    async function says(name: string, make: (reference: string) => unknown[], edit = (yaml: string) => yaml) {
      const reference = await pushed(name);
      await harbour.sign(reference, 'ci');
      for (const predicate of make(reference)) await harbour.attest(reference, 'ci', 'verdict', predicate);
      await harbour.trustRoot(`${name}.yaml`, [{ key: 'ci' }], edit);
      const asked = { provenance: false, verdict: true };
      return stepsOf(await harbour.verify(reference, `${name}.yaml`, { asked })).at(-1);
    }
    const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

    test.each([
      ['fresh', (r: string) => [summary(r)], 'verdict pass'],
      ['none', () => [], 'verdict cannot-tell verdict-missing'],
      ['old', (r: string) => [summary(r, { timeVerified: daysAgo(8) })], 'verdict fail verdict-stale'],
      [
        'replayed',
        (r: string) => [
          summary(r, { timeVerified: daysAgo(2) }),
          summary(r, { timeVerified: daysAgo(1), verificationResult: 'FAILED' }),
        ],
        'verdict fail verdict-not-pass',
      ],
      [
        'unsure',
        (r: string) => [summary(r, { verificationResult: 'FAILED', plimsoll: { result: 'cannot-tell' } })],
        'verdict cannot-tell verdict-not-pass',
      ],
      [
        'boasting',
        (r: string) => [summary(r, { verificationResult: 'FAILED', plimsoll: { result: 'pass' } })],
        'verdict fail verdict-not-pass',
      ],
      ['tomorrow', (r: string) => [summary(r, { timeVerified: daysAgo(-1) })], 'verdict fail verdict-from-the-future'],
      ['other-place', () => [summary('registry.example.com/app:1')], 'verdict fail verdict-other-resource'],
    ] as const)('%s', async (name, make, expected) => {
      expect(await says(`verdict-${name}`, make as (reference: string) => unknown[])).toBe(expected);
    });

    test('by another policy than the trust root names', async () => {
      const edit = (yaml: string): string => yaml.replace('maxAgeDays: 7', 'maxAgeDays: 7\n  policies: [strict]');
      expect(await says('verdict-other', (r) => [summary(r)], edit)).toBe('verdict cannot-tell verdict-other-policy');
    });
  });
});
