import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openImage, type OpenImageOptions } from '../../src/image/index.ts';
import { makeAuthority, type MadeCertificate, pemOf, type TestAuthority } from '../make/certificates.ts';
import { buildImage } from '../make/image-builder.ts';
import { startProxy, type TestProxy, type TestProxyOptions } from '../make/proxy.ts';
import { pushImage } from '../make/push-image.ts';
import { freePort, noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { failureOf, layerDigests, scratch } from './open-options.ts';

const reason = noRegistryReason();

describe.skipIf(reason !== undefined)(
  `a proxy before a real registry${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const { folder, options, remove } = scratch();
    const built = buildImage();
    const layers = built.layers.map((layer) => layer.digest);
    let plain: TestRegistry;
    let secure: TestRegistry;
    let authority: TestAuthority;
    let forProxy: MadeCertificate;
    let proxy: TestProxy | undefined;

    beforeAll(async () => {
      authority = await makeAuthority(folder);
      forProxy = await authority.issue('proxy', ['IP:127.0.0.1']);
      plain = await startRegistry();
      await pushImage(plain, 'team/app:1', built);
      secure = await startRegistry({ tls: await authority.issue('registry', ['DNS:registry.test']), storageOf: plain });
      mkdirSync(join(folder, 'certs/registry.test'), { recursive: true });
      copyFileSync(authority.cert, join(folder, 'certs/registry.test/ca.crt'));
    });
    afterEach(async () => {
      await proxy?.stop();
      proxy = undefined;
    });
    afterAll(async () => {
      await secure.stop();
      await plain.stop();
      remove();
    });

    /** A proxy that alone knows where registry.test is, and options with these variables. */
    async function behind(
      more: Partial<TestProxyOptions>,
      env: (proxy: TestProxy) => Record<string, string>,
    ): Promise<OpenImageOptions> {
      const names = { 'registry.test:443': secure.address, 'registry.test:5000': plain.address };
      proxy = await startProxy({ names, ...more });
      return {
        ...options,
        cacheDirectory: join(folder, `cache-${proxy.address}`),
        env: { ...options.env, PLIMSOLL_CERTS_DIR: join(folder, 'certs'), ...env(proxy) },
      };
    }

    async function layersOf(reference: string, given: OpenImageOptions): Promise<readonly string[]> {
      const image = await openImage(reference, given);
      try {
        return await layerDigests(image);
      } finally {
        await image.close();
      }
    }

    const credentials = { username: 'us@er', password: 'p:ass/word' };

    test.each(['HTTPS_PROXY', 'https_proxy'])(
      'is asked for a tunnel where %s names it, with its password',
      async (name) => {
        const given = await behind({ credentials }, ({ url }) => ({ [name]: url }));
        expect(await layersOf('registry.test/team/app:1', given)).toEqual(layers);
        expect(new Set(proxy!.requests)).toEqual(new Set(['CONNECT registry.test:443']));
      },
    );

    test.each(['HTTP_PROXY', 'http_proxy'])(
      'is asked in absolute form over plain http where %s names it',
      async (name) => {
        const given = await behind({ credentials }, ({ url }) => ({ [name]: url, HTTPS_PROXY: url }));
        expect(await layersOf('registry.test:5000/team/app:1', { ...given, insecureHttp: true })).toEqual(layers);
        expect(proxy!.requests).toEqual([
          // --insecure tries TLS first.
          'CONNECT registry.test:5000',
          'GET http://registry.test:5000/v2/team/app/manifests/1',
          `GET http://registry.test:5000/v2/team/app/blobs/${built.config.digest}`,
          `GET http://registry.test:5000/v2/team/app/blobs/${layers[0]}`,
        ]);
      },
    );

    test('that speaks TLS itself is asked the same way', async () => {
      const given = await behind({ tls: pemOf(forProxy), credentials }, ({ url }) => ({ HTTPS_PROXY: url }));
      expect(await layersOf('registry.test/team/app:1', given)).toEqual(layers);
    });

    test('is passed by for this machine, and for what NO_PROXY names', async () => {
      const given = await behind({}, ({ url }) => ({
        HTTPS_PROXY: url,
        HTTP_PROXY: url,
        NO_PROXY: 'example.com,.test',
      }));
      expect(await layersOf(`${plain.address}/team/app:1`, given)).toEqual(layers);
      expect(await failureOf(openImage('registry.test/team/app:1', given))).toEqual({
        code: 'registry-unreachable',
        message: 'registry.test/team/app could not be read: the name of registry.test is not known (ENOTFOUND)',
      });
      expect(proxy!.requests).toEqual([]);
    });

    test('that wants another password is told once, without the password that was tried', async () => {
      const given = await behind({ credentials }, ({ url }) => ({
        HTTPS_PROXY: url.replace('word', 'wrong'),
        HTTP_PROXY: url.replace('word', 'wrong'),
      }));
      const refusal = {
        code: 'proxy-denied',
        message: `registry.test/team/app could not be read: the proxy http://${proxy!.address} answers 407 when asked for registry.test:443`,
      };
      expect(await failureOf(openImage('registry.test/team/app:1', given))).toEqual(refusal);
      expect(
        await failureOf(openImage('registry.test:5000/team/app:1', { ...given, insecureHttp: true })),
      ).toMatchObject({ code: 'proxy-denied' });
      expect(proxy!.requests).toEqual(['CONNECT registry.test:443', 'CONNECT registry.test:5000']);
    });

    test('that fails for a while is asked again; one that always does, or is silent, is given up', async () => {
      const shaky = await behind({ trouble: (count) => (count < 3 ? 503 : undefined) }, ({ url }) => ({
        HTTPS_PROXY: url,
      }));
      expect(await layersOf('registry.test/team/app:1', shaky)).toEqual(layers);
      expect(proxy!.requests.slice(0, 3)).toEqual(Array(3).fill('CONNECT registry.test:443'));
      await proxy!.stop();
      for (const [trouble, why] of [
        [502, 'answers 502 when asked for registry.test:443'],
        ['silence', 'for 0.2 s'],
      ] as const) {
        const given = await behind({ trouble: () => trouble }, ({ url }) => ({ HTTPS_PROXY: url }));
        const network = { retryBaseMs: 1, maxTries: 3, stallTimeoutMs: 200 };
        expect(await failureOf(openImage('registry.test/team/app:1', { ...given, network }))).toEqual({
          code: 'registry-unreachable',
          message: expect.stringContaining(why) as string,
        });
        expect(proxy!.requests).toHaveLength(3);
        await proxy!.stop();
      }
    });

    test('that is silent does not hold up who calls the work off', async () => {
      const given = await behind({ trouble: () => 'silence' }, ({ url }) => ({ HTTPS_PROXY: url }));
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('called off')), 50);
      const signal = controller.signal;
      await expect(openImage('registry.test/team/app:1', { ...given, signal })).rejects.toThrow('called off');
      await expect(openImage('registry.test/team/app:1', { ...given, signal })).rejects.toThrow('called off');
    });

    test('that is not there is named, and so is one of a kind that is not understood', async () => {
      const port = await freePort();
      const given = (HTTPS_PROXY: string): OpenImageOptions => ({ ...options, env: { ...options.env, HTTPS_PROXY } });
      expect(await failureOf(openImage('registry.test/team/app:1', given(`u:secret@127.0.0.1:${port}`)))).toEqual({
        code: 'registry-unreachable',
        message: `registry.test/team/app could not be read: the proxy http://127.0.0.1:${port} refuses connections (ECONNREFUSED)`,
      });
      expect(await failureOf(openImage('registry.test/team/app:1', given('socks5://u:secret@127.0.0.1:1080')))).toEqual(
        {
          code: 'bad-proxy',
          message: 'HTTPS_PROXY is a socks5 proxy; http:// and https:// proxies are understood',
        },
      );
    });
  },
);
