import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attachBundle, openEnvelopeSigner } from '../../src/flows/sign/index.ts';
import { openRepository, parseReference } from '../../src/image/index.ts';
import type { Digest } from '../../src/model/index.ts';
import { signPredicateType, statementBytes } from '../../src/trust/index.ts';
import { buildImage, buildIndex, type BuiltImage, type BuiltIndex } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { Harbour, provenance, stepsOf, summary } from './harbour.ts';

const reason = noRegistryReason();
const signType = signPredicateType;
const provenanceType = 'https://slsa.dev/provenance/v1';
const verdictType = 'https://slsa.dev/verification_summary/v1';
const onlySigned = { asked: { provenance: false, verdict: false } };

function image(text: string, architecture = 'amd64'): BuiltImage {
  return buildImage({ layers: [{ files: { '/app': text } }], platform: { os: 'linux', architecture } });
}

describe.skipIf(reason !== undefined)(
  `whoever can write to the registry${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const harbour = new Harbour();
    let registry: TestRegistry;
    beforeAll(async () => {
      registry = await startRegistry();
      for (const name of ['ci', 'laptop']) harbour.keys(name);
      await harbour.trustRoot('trust.yaml', [{ key: 'ci' }]);
    });
    afterAll(async () => {
      await registry?.stop();
      harbour.remove();
    });

    /** What `key` says of a digest, as a bundle: what there is to copy. */
    async function said(key: string, digest: string, type: string, predicate: unknown = {}): Promise<Buffer> {
      const signing = await openEnvelopeSigner({
        key: harbour.at(`${key}.key`),
        env: {},
        signal: new AbortController().signal,
      });
      return signing.statement(statementBytes({ digest: digest as Digest }, type, predicate));
    }

    /** Hangs a bundle on an image, under whatever type it is to be found. */
    async function hang(
      bundle: Uint8Array,
      reference: string,
      on: BuiltImage | BuiltIndex,
      type: string,
    ): Promise<void> {
      const repository = openRepository(parseReference(reference), harbour.registry());
      const { digest, mediaType, bytes } = on.manifest;
      const subject = { digest: digest as Digest, mediaType, sizeBytes: bytes.length };
      try {
        await attachBundle(repository, subject, { bundle, predicateType: type, now: harbour.now });
      } finally {
        repository.close();
      }
    }

    const push = (name: string, built: BuiltImage | BuiltIndex = image(name)): Promise<string> =>
      pushImage(registry, `${name}:1`, built);
    const last = async (reference: string, more: object = onlySigned): Promise<string | undefined> =>
      stepsOf(await harbour.verify(reference, 'trust.yaml', more)).at(-1);
    /** The envelope with something changed in its payload, and all else as it was. */
    function tampered(bundle: Buffer, from: string, to: string): Buffer {
      const json = JSON.parse(bundle.toString()) as { dsseEnvelope: { payload: string } };
      const payload = Buffer.from(json.dsseEnvelope.payload, 'base64').toString();
      expect(payload).toContain(from);
      json.dsseEnvelope.payload = Buffer.from(payload.replaceAll(from, to)).toString('base64');
      return Buffer.from(JSON.stringify(json));
    }

    test("hangs another image's signature on this one", async () => {
      const reference = await push('borrowed');
      await hang(await said('ci', image('good').manifest.digest, signType), reference, image('borrowed'), signType);
      expect(await last(reference)).toBe('subject fail other-digest');
    });

    test('changes in a signature which image it is about', async () => {
      const good = image('good').manifest.digest.slice(7);
      const reference = await push('tampered');
      const own = image('tampered').manifest.digest.slice(7);
      const bundle = tampered(await said('ci', `sha256:${good}`, signType), good, own);
      await hang(bundle, reference, image('tampered'), signType);
      expect(await last(reference)).toBe('signature fail signature-invalid');
    });

    test('signs with a key of their own, and says that it is the builder’s', async () => {
      const reference = await push('borrowed-hint');
      const digest = image('borrowed-hint').manifest.digest;
      const hintOf = (bundle: Buffer): string =>
        (JSON.parse(bundle.toString()) as { verificationMaterial: { publicKey: { hint: string } } })
          .verificationMaterial.publicKey.hint;
      const own = await said('laptop', digest, signType);
      const forged = own.toString().replace(hintOf(own), hintOf(await said('ci', digest, signType)));
      await hang(Buffer.from(forged), reference, image('borrowed-hint'), signType);
      expect(await last(reference)).toBe('signature fail signature-invalid');
    });

    test('passes an attestation off as a signature', async () => {
      const reference = await push('disguised');
      const verdict = await said('ci', image('disguised').manifest.digest, verdictType, summary(reference));
      await hang(verdict, reference, image('disguised'), signType);
      expect(await last(reference)).toBe('signature fail other-type');
    });

    test('passes an attestation off as one of another type', async () => {
      const reference = await push('relabelled');
      await harbour.sign(reference, 'ci');
      const of = await said('ci', image('relabelled').manifest.digest, provenanceType, provenance());
      await hang(of, reference, image('relabelled'), verdictType);
      expect(await last(reference, { asked: { provenance: false, verdict: true } })).toBe(
        'verdict cannot-tell verdict-missing',
      );
      // One that says in its own words that it is of a type, and is not made so, is no statement of that type either.
      const made = await said('ci', image('relabelled').manifest.digest, verdictType, provenance());
      await hang(made, reference, image('relabelled'), verdictType);
      expect(await last(reference, { asked: { provenance: false, verdict: true } })).toBe('verdict fail unreadable');
    });

    test("hangs another image's verdict on this one, or their own, or an old one that passed", async () => {
      const asked = { asked: { provenance: false, verdict: true } };
      const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
      const judged = async (name: string, key: string, digest: string, more: object): Promise<string> => {
        const reference = await push(name);
        await harbour.sign(reference, 'ci');
        await hang(await said(key, digest, verdictType, summary(reference, more)), reference, image(name), verdictType);
        return reference;
      };
      const own = (name: string): string => image(name).manifest.digest;
      expect(await last(await judged('verdict-of-other', 'ci', own('good'), {}), asked)).toBe(
        'verdict fail other-digest',
      );
      expect(await last(await judged('verdict-own', 'laptop', own('verdict-own'), {}), asked)).toBe(
        'verdict fail unknown-signer',
      );
      expect(
        await last(await judged('verdict-old', 'ci', own('verdict-old'), { timeVerified: daysAgo(8) }), asked),
      ).toBe('verdict fail verdict-stale');
      const failed = await judged('verdict-again', 'ci', own('verdict-again'), {
        timeVerified: daysAgo(1),
        verificationResult: 'FAILED',
      });
      const passed = await said('ci', own('verdict-again'), verdictType, summary(failed, { timeVerified: daysAgo(2) }));
      await hang(passed, failed, image('verdict-again'), verdictType);
      expect(await last(failed, asked)).toBe('verdict fail verdict-not-pass');
    });

    test('copies image and signature into a repository that the builder does not build for', async () => {
      await harbour.trustRoot('shop.yaml', [{ key: 'ci', repositories: [`${registry.address}/shop/**`] }]);
      const good = await push('shop/cart');
      await harbour.sign(good, 'ci');
      const copy = await push('evil/cart', image('shop/cart'));
      const signature = await said('ci', image('shop/cart').manifest.digest, signType);
      await hang(signature, copy, image('shop/cart'), signType);
      const steps = async (reference: string): Promise<string[]> =>
        stepsOf(await harbour.verify(reference, 'shop.yaml', onlySigned));
      expect((await steps(good)).at(-1)).toBe('subject pass');
      expect(await steps(copy)).toEqual(['signature pass', 'identity fail wrong-repository']);
    });

    test('has one builder sign what says that another built it', async () => {
      const reference = await push('other-builder');
      await harbour.sign(reference, 'ci');
      await harbour.attest(reference, 'ci', 'slsaprovenance1', provenance());
      await harbour.trustRoot('id.yaml', [{ key: 'ci' }], (yaml) =>
        yaml.replace('repositories:', 'builderId: https://ci.acme.dev/other\n    repositories:'),
      );
      const asked = { asked: { provenance: true, verdict: false } };
      expect(stepsOf(await harbour.verify(reference, 'id.yaml', asked)).at(-1)).toBe(
        'provenance fail builder-mismatch',
      );
    });

    test("shows one platform's signature for the index, or the index's for a platform that it does not list", async () => {
      const [amd64, arm64] = [image('multi'), image('multi', 'arm64')];
      const index = buildIndex([amd64, arm64]);
      const reference = await push('multi', index);
      await hang(await said('ci', amd64.manifest.digest, signType), reference, index, signType);
      expect(await last(reference)).toBe('subject fail platform-only');
      const other = buildIndex([image('other'), image('other', 'arm64')]);
      const second = await push('listed', other);
      await hang(await said('ci', index.manifest.digest, signType), second, other, signType);
      expect(await last(second, { ...onlySigned, platform: 'linux/amd64' })).toBe('subject fail other-digest');
    });

    test('moves the tag after it was signed', async () => {
      const reference = await push('moved');
      await harbour.sign(reference, 'ci');
      await push('moved', image('something else'));
      expect(await last(reference)).toBe('signature fail unsigned');
    });

    describe('and shows two manifests under one tag', () => {
      const [good, bad] = [image('two-good'), image('two-bad')];
      let liar: Server;
      let address: string;
      /** Which of the two the next questions for the tag are answered with, by method; the last answer stays. */
      let answers: Record<string, BuiltImage[]> = {};
      beforeAll(async () => {
        await harbour.sign(await push('two', good), 'ci');
        await pushImage(registry, 'two:bad', bad);
        await pushImage(registry, 'two:good', good);
        liar = createServer((asked, answer) => {
          const isTag = asked.url === '/v2/two/manifests/1';
          const isGood = asked.url === `/v2/two/manifests/${good.manifest.digest}`;
          const queue = answers[isGood ? 'by digest' : (asked.method ?? '')] ?? [good];
          const chosen = queue.length > 1 ? queue.shift() : queue[0];
          const path = isTag || isGood ? `/v2/two/manifests/${chosen === bad ? 'bad' : 'good'}` : asked.url;
          const [host, port] = registry.address.split(':') as [string, string];
          const onward = request({ host, port, path, method: asked.method, headers: asked.headers }, (answered) => {
            answer.writeHead(answered.statusCode ?? 500, answered.headers);
            answered.pipe(answer);
          });
          asked.pipe(onward);
        });
        await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
        address = `127.0.0.1:${(liar.address() as AddressInfo).port}`;
      });
      afterAll(() => {
        liar.closeAllConnections();
        liar.close();
      });

      test.each<[string, Record<string, BuiltImage[]>]>([
        ['first the good one, then the bad one', { HEAD: [good, bad], GET: [good, bad] }],
        ['the good one to who asks for its digest, the bad one to who fetches it', { HEAD: [good], GET: [bad] }],
        ['the bad one to who asks for its digest, the good one to who fetches it', { HEAD: [bad], GET: [good] }],
        ['the bad one alone', { HEAD: [bad], GET: [bad] }],
      ])('%s', async (_, given) => {
        answers = Object.fromEntries(Object.entries(given).map(([method, queue]) => [method, [...queue]]));
        const outcome = await harbour
          .verify(`${address}/two:1`, 'trust.yaml', onlySigned)
          .then(({ result, digest }) => ({ result, digest }))
          .catch((error: unknown) => ({ result: 'error', digest: String(error) }));
        // What is said to pass is the digest that was signed, whatever the tag shows later; all else is refused.
        if (outcome.result === 'pass') expect(outcome.digest).toBe(good.manifest.digest);
        else expect(outcome).toEqual({ result: 'fail', digest: bad.manifest.digest });
      });

      test('and under one digest: what is not its bytes is no manifest of it', async () => {
        answers = { 'by digest': [bad] };
        const byDigest = harbour.verify(`${address}/two@${good.manifest.digest}`, 'trust.yaml', onlySigned);
        await expect(byDigest).rejects.toMatchObject({ code: 'digest-mismatch' });
      });
    });
  },
);
