import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openImage, type OpenImageOptions } from '../../src/image/index.ts';
import { type MadeCertificate, makeAuthority, pemOf, type TestAuthority } from '../make/certificates.ts';
import { type DockerEngine, dockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { type EngineGate, startEngineGate } from '../make/engine-gate.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { freePort } from '../make/registry.ts';
import { failureOf, layerDigests, scratch } from './open-options.ts';

const reason = noEngineReason();
const name = 'plimsoll-host-test:1';

describe.skipIf(reason !== undefined)(
  `a real Docker engine elsewhere${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const { folder, options: closed, remove } = scratch();
    const built = buildImage({ flavour: 'docker' });
    const layers = built.layers.map((layer) => layer.diffId);
    let engine: DockerEngine;
    let authority: TestAuthority;
    let client: MadeCertificate;
    const stops: (() => unknown)[] = [];
    let folders = 0;

    beforeAll(async () => {
      engine = await dockerEngine();
      await engine.docker(['load', '-i', writeDockerArchive(join(folder, 'app.tar'), [{ built, name }])]);
      authority = await makeAuthority(folder);
      client = await authority.issue('sailor', ['DNS:sailor.test']);
    });
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
    });
    afterAll(async () => {
      await engine.docker(['rmi', '-f', name]);
      remove();
    });

    /** The engine behind a port that wants a certificate, as dockerd --tlsverify does. */
    async function gate(names = ['IP:127.0.0.1', 'DNS:localhost'], days?: number): Promise<EngineGate> {
      const certificate = pemOf(await authority.issue('engine', names, days));
      const ca = readFileSync(authority.cert);
      const started = await startEngineGate(engine.socket, { ...certificate, ca, requestCert: true });
      stops.push(() => started.stop());
      return started;
    }

    /** The engine behind a plain port, as dockerd -H tcp:// is. */
    async function plainPort(): Promise<number> {
      const server = createServer((socket) => {
        const onward = connect(engine.socket);
        onward.on('error', () => socket.destroy());
        socket
          .on('error', () => onward.destroy())
          .pipe(onward)
          .pipe(socket);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      stops.push(() => server.close());
      return (server.address() as AddressInfo).port;
    }

    function certificates(files: Readonly<Record<string, string>>, at = join(folder, `certs-${folders++}`)): string {
      mkdirSync(at, { recursive: true });
      for (const [file, from] of Object.entries(files)) copyFileSync(from, join(at, file));
      return at;
    }
    const all = (): Record<string, string> => ({
      'ca.pem': authority.cert,
      'cert.pem': client.cert,
      'key.pem': client.key,
    });

    /** Options with nothing of this machine but these variables. */
    function having(env: Readonly<Record<string, string | undefined>>): OpenImageOptions {
      const { DOCKER_HOST: _, ...rest } = closed.env;
      return { ...closed, cacheDirectory: join(folder, `cache-${folders++}`), env: { ...rest, ...env } };
    }

    async function layersOf(options: OpenImageOptions): Promise<readonly string[]> {
      const image = await openImage(`docker:${name}`, options);
      try {
        return await layerDigests(image);
      } finally {
        await image.close();
      }
    }

    /** Writes a docker context into a home folder, as `docker context create` does. */
    function context(host: string, more: { tls?: Record<string, string>; skipsVerification?: boolean } = {}): string {
      const home = join(folder, `home-${folders++}`);
      const id = createHash('sha256').update('harbour').digest('hex');
      const contexts = join(home, '.docker/contexts');
      mkdirSync(join(contexts, 'meta', id), { recursive: true });
      writeFileSync(
        join(contexts, 'meta', id, 'meta.json'),
        JSON.stringify({
          Name: 'harbour',
          Metadata: {},
          Endpoints: { docker: { Host: host, SkipTLSVerify: more.skipsVerification === true } },
        }),
      );
      writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'harbour' }));
      if (more.tls !== undefined) certificates(more.tls, join(contexts, 'tls', id, 'docker'));
      return home;
    }

    test('is read at unix:// and tcp:// that DOCKER_HOST names', async () => {
      expect(await layersOf(having({ DOCKER_HOST: engine.host }))).toEqual(layers);
      expect(await layersOf(having({ DOCKER_HOST: `tcp://127.0.0.1:${await plainPort()}` }))).toEqual(layers);
    });

    test('that is not there is said at once', async () => {
      const port = await freePort();
      expect(await failureOf(openImage(`docker:${name}`, having({ DOCKER_HOST: `tcp://127.0.0.1:${port}` })))).toEqual({
        code: 'engine-unreachable',
        message: `the Docker engine at tcp://127.0.0.1:${port} does not answer: connect ECONNREFUSED 127.0.0.1:${port}`,
      });
    });

    test('is read over TLS with the certificates of DOCKER_CERT_PATH', async () => {
      const { port, passed } = await gate();
      for (const host of ['127.0.0.1', 'localhost'])
        expect(
          await layersOf(
            having({
              DOCKER_HOST: `tcp://${host}:${port}`,
              DOCKER_TLS_VERIFY: '1',
              DOCKER_CERT_PATH: certificates(all()),
            }),
          ),
        ).toEqual(layers);
      expect(passed()).toBeGreaterThan(0);
    });

    test('takes the certificates in ~/.docker where no folder is named', async () => {
      const { port } = await gate();
      const home = join(folder, 'home');
      certificates(all(), join(home, '.docker'));
      const env = { HOME: home, DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1' };
      expect(await layersOf(having(env))).toEqual(layers);
    });

    test('that cannot be trusted is an error and never passed by', async () => {
      const stranger = await makeAuthority(folder, 'stranger');
      const ours = await stranger.issue('someone', ['DNS:someone.test']);
      const good = await gate();
      const misnamed = await gate(['DNS:elsewhere.test']);
      const ended = await gate(undefined, -1);
      const cases: readonly (readonly [EngineGate, Record<string, string>, string, string])[] = [
        [
          good,
          { ...all(), 'ca.pem': stranger.cert },
          'engine-untrusted',
          'self-signed certificate in certificate chain',
        ],
        [misnamed, all(), 'engine-untrusted', "IP: 127.0.0.1 is not in the cert's list"],
        [ended, all(), 'engine-untrusted', 'certificate has expired'],
        [
          good,
          { 'ca.pem': authority.cert, 'cert.pem': client.cert },
          'bad-docker-certificates',
          'has cert.pem but no key.pem',
        ],
        [good, { ...all(), 'key.pem': ours.key }, 'bad-docker-certificates', 'is none'],
      ];
      for (const [{ port }, files, code, message] of cases) {
        const given = having({
          DOCKER_HOST: `tcp://127.0.0.1:${port}`,
          DOCKER_TLS_VERIFY: '1',
          DOCKER_CERT_PATH: certificates(files),
        });
        // Without prefix, an engine that is not there would be passed by for the registry.
        for (const input of [`docker:${name}`, name])
          expect(await failureOf(openImage(input, given))).toEqual({
            code,
            message: expect.stringContaining(message) as string,
          });
      }
    });

    test('that does not take our certificate says so', async () => {
      const { port } = await gate();
      const other = await makeAuthority(folder, 'other');
      const ours = await other.issue('someone', ['DNS:someone.test']);
      const shownToIt: readonly Record<string, string>[] = [{}, { 'cert.pem': ours.cert, 'key.pem': ours.key }];
      for (const shown of shownToIt) {
        const files = { 'ca.pem': authority.cert, ...shown };
        const env = { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates(files) };
        await expect(
          openImage(`docker:${name}`, having({ ...env, DOCKER_HOST: `tcp://127.0.0.1:${port}` })),
        ).rejects.toMatchObject({
          // Where dockerd sends an alert, Node's server hangs up.
          code: expect.stringMatching(/^engine-(?:untrusted|unreachable)$/) as string,
          hint: expect.stringContaining('certificate') as string,
        });
      }
    });

    test('is found by the current docker context, over its socket or over TLS', async () => {
      const { port } = await gate();
      expect(await layersOf(having({ HOME: context(engine.host) }))).toEqual(layers);
      const secure = context(`tcp://127.0.0.1:${port}`, { tls: all() });
      expect(await layersOf(having({ HOME: secure }))).toEqual(layers);
      const { port: misnamed } = await gate(['DNS:elsewhere.test']);
      const lax = context(`tcp://127.0.0.1:${misnamed}`, { tls: all(), skipsVerification: true });
      expect(await layersOf(having({ HOME: lax }))).toEqual(layers);
      // DOCKER_HOST beats the context, and DOCKER_CONTEXT the configuration.
      const none = context('unix:///nowhere.sock');
      expect(await layersOf(having({ HOME: none, DOCKER_HOST: engine.host }))).toEqual(layers);
      expect(await failureOf(openImage(`docker:${name}`, having({ HOME: none })))).toEqual({
        code: 'engine-unreachable',
        message: 'the Docker engine at unix:///nowhere.sock does not answer: connect ENOENT /nowhere.sock',
      });
      expect(
        await failureOf(openImage(`docker:${name}`, having({ HOME: none, DOCKER_CONTEXT: 'no-such' }))),
      ).toMatchObject({
        code: 'bad-docker-context',
        message: expect.stringContaining('there is no docker context "no-such"') as string,
      });
    });

    test('at an address of another kind is refused in words', async () => {
      const failure = async (env: Record<string, string>): Promise<string> => {
        const { code, message } = await failureOf(openImage(`docker:${name}`, having(env)));
        return `${code}: ${message}`;
      };
      expect(await failure({ DOCKER_HOST: 'ssh://sailor:secret@ship' })).toBe(
        'bad-docker-host: DOCKER_HOST is "ssh://ship", and engines are not reached over ssh',
      );
      expect(await failure({ HOME: context('ssh://sailor@ship') })).toBe(
        'bad-docker-host: the host of the docker context "harbour" is "ssh://ship", and engines are not reached over ssh',
      );
      expect(await failure({ DOCKER_HOST: 'npipe:////./pipe/docker' })).toBe(
        'bad-docker-host: DOCKER_HOST is "npipe:////./pipe/docker"; unix:// and tcp:// are understood',
      );
    });
  },
);
