import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openImage, type OpenImageOptions } from '../../src/image/index.ts';
import { Place } from '../cli/plimsoll.ts';
import { type MadeCertificate, makeAuthority, type TestAuthority } from '../make/certificates.ts';
import { buildImage } from '../make/image-builder.ts';
import { pushImage } from '../make/push-image.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { failureOf, layerDigests, scratch } from './open-options.ts';

const reason = noRegistryReason();

describe.skipIf(reason !== undefined)(
  `a real registry with TLS${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const { folder, options, remove } = scratch();
    const built = buildImage();
    const layers = built.layers.map((layer) => layer.digest);
    let plain: TestRegistry;
    let authority: TestAuthority;
    let good: MadeCertificate;
    const started: TestRegistry[] = [];
    let folders = 0;

    beforeAll(async () => {
      plain = await startRegistry();
      await pushImage(plain, 'team/app:1', built);
      authority = await makeAuthority(folder);
      good = await authority.issue('good', ['IP:127.0.0.1', 'DNS:localhost']);
    });
    afterAll(async () => {
      for (const registry of started) await registry.stop();
      await plain.stop();
      remove();
    });

    async function secure(more: Parameters<typeof startRegistry>[0] = {}): Promise<TestRegistry> {
      const registry = await startRegistry({ tls: good, storageOf: plain, ...more });
      started.push(registry);
      return registry;
    }

    /** Options under which certs.d holds these files for a registry. */
    function trusting(registry: string, files: Readonly<Record<string, string>>): OpenImageOptions {
      const certs = join(folder, `certs-${folders++}`);
      mkdirSync(join(certs, registry), { recursive: true });
      for (const [name, from] of Object.entries(files)) copyFileSync(from, join(certs, registry, name));
      return { ...options, env: { ...options.env, PLIMSOLL_CERTS_DIR: certs } };
    }

    test('is read where certs.d holds its authority, and its layers are verified', async () => {
      const { address } = await secure();
      const image = await openImage(`${address}/team/app:1`, trusting(address, { 'ca.crt': authority.cert }));
      expect(image).toMatchObject({ manifestDigest: built.manifest.digest });
      expect(await layerDigests(image)).toEqual(layers);
      await image.close();
    });

    test('is refused by name where nobody trusts its authority, and not asked again over plain http', async () => {
      const { address } = await secure();
      const other = await makeAuthority(folder, 'stranger');
      for (const given of [options, trusting(address, { 'ca.crt': other.cert }), { ...options, insecureHttp: true }])
        await expect(openImage(`${address}/team/app:1`, given)).rejects.toMatchObject({
          code: 'registry-untrusted',
          message: `${address}/team/app could not be read: ${address}: unable to verify the first certificate`,
          hint: `If you trust who signed its certificate, put that CA among those of the system, or in /etc/docker/certs.d/${address}/ca.crt`,
        });
    });

    test('with a certificate for another name is refused', async () => {
      const { address } = await secure({ tls: await authority.issue('elsewhere', ['DNS:elsewhere.test']) });
      await expect(
        openImage(`${address}/team/app:1`, trusting(address, { 'ca.crt': authority.cert })),
      ).rejects.toMatchObject({
        code: 'registry-untrusted',
        message: expect.stringContaining("IP: 127.0.0.1 is not in the cert's list") as string,
        hint: 'Use a name that its certificate is made for, or have the certificate made anew',
      });
    });

    test('with a certificate that has ended is refused', async () => {
      const { address } = await secure({ tls: await authority.issue('old', ['IP:127.0.0.1'], -1) });
      await expect(
        openImage(`${address}/team/app:1`, trusting(address, { 'ca.crt': authority.cert })),
      ).rejects.toMatchObject({
        code: 'registry-untrusted',
        message: `${address}/team/app could not be read: ${address}: certificate has expired`,
        hint: 'Its certificate must be renewed, if the clock of this machine is right',
      });
    });

    test('with a password takes it from config.json over TLS', async () => {
      const registry = await secure({ basicAuth: true });
      const { address } = registry;
      const { username, password } = registry.credentials!;
      const given = trusting(address, { 'ca.crt': authority.cert });
      expect(await failureOf(openImage(`${address}/team/app:1`, given))).toEqual({
        code: 'registry-denied',
        message: `${address} does not let us read team/app: it wants a log-in`,
      });
      const dockerConfig = join(folder, 'config.json');
      const auth = Buffer.from(`${username}:${password}`).toString('base64');
      writeFileSync(dockerConfig, JSON.stringify({ auths: { [address]: { auth } } }));
      const image = await openImage(`${address}/team/app:1`, { ...given, dockerConfig });
      expect(await layerDigests(image)).toEqual(layers);
      await image.close();
    });

    test('that wants a certificate of ours is given the one in certs.d', async () => {
      const { address } = await secure({ tls: { ...good, clientAuthority: authority.cert } });
      const client = await authority.issue('sailor', ['DNS:sailor.test']);
      const files = { 'ca.crt': authority.cert, 'client.cert': client.cert, 'client.key': client.key };
      const image = await openImage(`${address}/team/app:1`, trusting(address, files));
      expect(await layerDigests(image)).toEqual(layers);
      await image.close();
      const without = trusting(address, { 'ca.crt': authority.cert });
      await expect(openImage(`${address}/team/app:1`, without)).rejects.toMatchObject({
        code: 'registry-untrusted',
        message: `${address}/team/app could not be read: ${address}: it ends the greeting with the TLS alert "bad certificate"`,
        hint: `It may want a certificate of ours: client.cert and client.key in /etc/docker/certs.d/${address}`,
      });
    });

    test('whose folder in certs.d is wrong says which file', async () => {
      const { address } = await secure();
      const bad = join(folder, 'bad.txt');
      writeFileSync(bad, 'no PEM');
      const failures = [];
      for (const files of [
        { 'ca.crt': bad },
        { 'client.cert': good.cert },
        { 'client.key': good.key },
        { 'client.cert': good.cert, 'client.key': (await authority.issue('other', ['DNS:a'])).key },
      ] as Record<string, string>[]) {
        const { code, message } = await failureOf(openImage(`${address}/team/app:1`, trusting(address, files)));
        failures.push(`${code}: ${message.slice(message.indexOf(address) + address.length + 1)}`);
      }
      expect(failures).toEqual([
        'bad-certificate-folder: ca.crt holds no certificate in PEM',
        'bad-certificate-folder: has client.cert but no client.key',
        'bad-certificate-folder: has client.key but no client.cert',
        'bad-certificate-folder: client.cert and client.key are no certificate with its key in PEM',
      ]);
    });

    test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])(
      'is read by the program where %s names its authority',
      async (variable) => {
        const { address } = await secure();
        const place = new Place();
        try {
          const nothing = { NODE_EXTRA_CA_CERTS: undefined, SSL_CERT_FILE: undefined, SSL_CERT_DIR: undefined };
          const args = ['sbom', `registry:${address}/team/app:1`];
          const read = await place.plimsoll(args, { env: { ...nothing, [variable]: authority.cert } });
          expect([read.status, read.stderr]).toEqual([0, '']);
          const refused = await place.plimsoll(args, { env: nothing });
          expect([refused.status, refused.stderr.split('\n')[0]]).toEqual([
            1,
            `plimsoll: ${address}/team/app could not be read: ${address}: unable to verify the first certificate (registry-untrusted)`,
          ]);
        } finally {
          place.remove();
        }
      },
    );
  },
);
