import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEnvelopeSigner } from '../../src/flows/sign/index.ts';
import { revokeInFile } from '../../src/flows/trust-root/index.ts';
import { buildImage } from '../make/image-builder.ts';
import { type OpensslStamper, startOpensslStamper } from '../make/openssl-stamper.ts';
import { pushImage } from '../make/push-image.ts';
import { type ReferrersRegistry, startReferrersRegistry } from '../make/referrers-registry.ts';
import { Harbour, stepsOf } from './harbour.ts';

const reason = existsSync('/usr/bin/openssl') ? undefined : 'openssl is not installed';
const onlySigned = { asked: { provenance: false, verdict: false } };

describe.skipIf(reason !== undefined).each([0, 1, 2, 3, 6])(
  `a stamper of OpenSSL's that writes %d digits of the second${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  (digits) => {
    const harbour = new Harbour();
    let registry: ReferrersRegistry;
    let stamper: OpensslStamper;
    beforeAll(async () => {
      [registry, stamper] = await Promise.all([startReferrersRegistry(), startOpensslStamper(digits)]);
      writeFileSync(harbour.at('root.json'), stamper.trustedRoot);
      harbour.keys('ci');
    });
    afterAll(async () => {
      await Promise.all([registry?.stop(), stamper?.stop()]);
      harbour.remove();
    });

    test('proves when a key signed, so that what was signed before it was revoked still counts', async () => {
      const reference = await pushImage(registry, 'cart:1', buildImage({ layers: [{ files: { '/app': 'cart' } }] }));
      const began = Date.now();
      await harbour.sign(reference, 'ci', { timestampUrls: [stamper.url] });
      const file = await harbour.trustRoot('trust.yaml', [{ key: 'ci' }], (yaml) =>
        yaml.replace('sources: []', 'sigstore:\n  trustedRoot: root.json\nsources: []'),
      );
      const [soon, later] = [new Date(began + 3_600_000), new Date(began + 7_200_000)];
      await revokeInFile(file, { name: 'ci', at: soon.toISOString() });
      const verification = await harbour.verify(reference, 'trust.yaml', { ...onlySigned, now: later });
      expect(stepsOf(verification)).toEqual(['signature pass', 'identity pass', 'subject pass']);
      const provenAt = Date.parse(verification.evidence.signatures[0]!.provenAt!);
      // Whole seconds are cut off, not rounded.
      expect(provenAt).toBeGreaterThanOrEqual(Math.floor(began / 1000) * 1000);
      expect(provenAt).toBeLessThanOrEqual(Date.now());
    });

    test('that is not there, or not asked rightly, is told', async () => {
      const reference = await pushImage(registry, 'cart:2', buildImage({ layers: [{ files: { '/app': 'two' } }] }));
      const sign = (url: string) => harbour.sign(reference, 'ci', { timestampUrls: [url] });
      await expect(sign(stamper.url.replace('tsr', 'other'))).rejects.toMatchObject({
        code: 'signing-service-failed',
        message: expect.stringContaining('answered 404') as string,
      });
      await expect(sign('tsa.example.com/tsr')).rejects.toMatchObject({ code: 'bad-service-address', kind: 'usage' });
    });
  },
);

test.each<[string, Buffer, string]>([
  ['nothing', Buffer.alloc(0), 'answered with no time stamp'],
  ['what is no DER', Buffer.from('<html>'), 'answered with no time stamp'],
  ['a refusal', Buffer.from('30053003020102', 'hex'), 'refused to stamp it (PKIStatus 2)'],
  ['a grant without a stamp', Buffer.from('30053003020100', 'hex'), 'answered with no time stamp'],
  ['far more than a stamp', Buffer.alloc(1 << 20), 'answered with more than 65536 bytes'],
])('a stamper that answers with %s is told of', async (_, body, said) => {
  const server = createServer((_asked, answer) => answer.writeHead(200).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const harbour = new Harbour();
  harbour.keys('ci');
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsr`;
    const signing = await openEnvelopeSigner({
      key: harbour.at('ci.key'),
      env: {},
      signal: new AbortController().signal,
      timestampUrls: [url],
    });
    await expect(signing.statement(Buffer.from('{}'))).rejects.toMatchObject({
      code: 'signing-service-failed',
      message: expect.stringContaining(said) as string,
    });
  } finally {
    harbour.remove();
    server.closeAllConnections();
    server.close();
  }
});
