import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { loadTrustRoot } from '../src/flows/trust-root/index.ts';
import { verifyImage } from '../src/flows/verify/index.ts';
import { buildImage } from '../test/make/image-builder.ts';
import { pushImage } from '../test/make/push-image.ts';
import { startReferrersRegistry } from '../test/make/referrers-registry.ts';
import { identityToken, startSigstore } from '../test/make/sigstore-services.ts';
import { Harbour, provenance, summary } from '../test/trust/harbour.ts';

/*
 * Verifying an image with everything cached, in one process: `node bench/verify.ts [TIMES]`. The trust root is read anew each
 * time; signature, provenance and verdict are verified, by a key and by a log-in with log and time stamp. The bar: 10 ms. The
 * floor is verifying three bare ECDSA signatures.
 */
const times = Number(process.argv[2] ?? 300);
const issuer = 'https://issuer.example.com';
const harbour = new Harbour();
const [registry, sigstore] = await Promise.all([startReferrersRegistry(), startSigstore()]);
try {
  writeFileSync(harbour.at('root.json'), sigstore.trustedRoot);
  harbour.keys('ci');
  const file = await harbour.trustRoot('trust.yaml', [{ key: 'ci' }], (yaml) =>
    yaml
      .replace('sources: []', 'sigstore:\n  trustedRoot: root.json\nsources: ["https://github.com/acme/*"]')
      .replace(
        'people: []',
        `  - name: workflow\n    repositories: ["**"]\n    identities: [{ issuer: "${issuer}", subject: "ci@acme.dev" }]\npeople: []`,
      ),
  );
  await floor();
  await measure('a key', {});
  await measure('a log-in, with log and time stamp', {
    key: undefined,
    identityToken: identityToken('ci@acme.dev', issuer),
    fulcioUrl: sigstore.url,
    rekorUrl: sigstore.url,
    timestampUrls: [sigstore.url],
  });

  async function measure(name: string, how: object): Promise<void> {
    const layers = [{ files: { '/app': name } }];
    const reference = await pushImage(registry, `app-${name.length}:1`, buildImage({ layers }));
    await harbour.sign(reference, 'ci', how);
    await harbour.attest(reference, 'ci', 'slsaprovenance1', provenance(), how);
    await harbour.attest(reference, 'ci', 'verdict', summary(reference), how);
    const online = harbour.registry(`cache-of-${name.length}`);
    const once = async (offline: boolean): Promise<string> => {
      const root = await loadTrustRoot(file);
      const verification = await verifyImage(reference, { root, now: new Date(), registry: { ...online, offline } });
      return verification.result;
    };
    const first = await timed(() => once(false));
    await report(`verified by ${name}`, () => once(true));
    process.stdout.write(`  the first time, over loopback and with all code cold: ${first.toFixed(1)} ms\n`);
  }
} finally {
  await Promise.all([registry.stop(), sigstore.stop()]);
  harbour.remove();
}

async function floor(): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const message = Buffer.alloc(500);
  const signature = sign('sha256', message, privateKey);
  await report('floor: three bare signatures', async () => {
    for (let i = 0; i < 3; i++) verify('sha256', message, publicKey, signature);
    return 'pass';
  });
}

async function report(name: string, work: () => Promise<string>): Promise<void> {
  for (let i = 0; i < 20; i++) await work();
  const spent: number[] = [];
  let result = '';
  for (let i = 0; i < times; i++) spent.push(await timed(async () => (result = await work())));
  spent.sort((a, b) => a - b);
  const at = (part: number): string => `${spent[Math.min(times - 1, Math.floor(times * part))]!.toFixed(2)} ms`;
  process.stdout.write(`${name}: median ${at(0.5)}, p99 ${at(0.99)} (${result})\n`);
}

async function timed(work: () => Promise<string>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
