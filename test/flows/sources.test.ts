import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../src/model/index.ts';
import { dockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { hasProgram } from '../make/real-images/host.ts';
import { noRealImageReason, realImage, realImageInEngine } from '../make/real-images/index.ts';
import { noRegistryReason, startRegistry, type TestRegistry } from '../make/registry.ts';
import { runCommand } from '../make/run-command.ts';
import { enginesOwn } from './container-files.ts';
import { ScanPlace } from './scan-place.ts';

const name = 'java';
const base = 'distroless-like';
const missing = hasProgram('skopeo') ? undefined : 'skopeo is not installed';
const reason = noEngineReason() ?? noRealImageReason(name) ?? noRegistryReason() ?? missing;
const title = `one image, wherever it is${reason === undefined ? '' : ` (skipped: ${reason})`}`;

describe.skipIf(reason !== undefined)(title, () => {
  const place = new ScanPlace();
  let archive: string;
  let expected: ImageRecord;
  let registry: TestRegistry;
  let locked: TestRegistry;

  beforeAll(async () => {
    await place.importAdvisories();
    ({ archive } = await realImage(name));
    expected = await place.scanReal(name, { base });
    [registry, locked] = await Promise.all([startRegistry(), startRegistry({ basicAuth: true })]);
  });
  afterAll(async () => {
    await Promise.all([registry?.stop(), locked?.stop()]);
    place.remove();
  });

  const skopeo = (...args: readonly string[]): Promise<string> =>
    runCommand('skopeo', ['copy', '--quiet', '--insecure-policy', ...args]);

  /** What must not depend on where the image was read: all but the digests of how it is stored (skopeo writes configurations anew). */
  function contentsOf({ image, layers, base: standsOn, ...contents }: ImageRecord): unknown {
    const {
      digest: _digest,
      manifestDigest: _manifest,
      configDigest: _config,
      annotations: _annotations,
      ...facts
    } = image;
    return {
      ...contents,
      base: standsOn?.layers,
      image: facts,
      layers: layers.map(({ digest: _stored, ...layer }) => layer),
    };
  }

  async function expectSame(input: string, env: Readonly<Record<string, string>> = {}): Promise<ImageRecord> {
    const { archive: baseArchive } = await realImage(base);
    // Nothing of what was read from the archive is used again.
    const record = await place.scan(input, { base: `archive:${baseArchive}`, noCache: true, env });
    expect(contentsOf(record)).toEqual(contentsOf(expected));
    return record;
  }

  test('docker save, unpacked or in gzip', async () => {
    expect(expected.packages.length).toBeGreaterThan(15);
    expect(expected.findings.length).toBeGreaterThan(4);
    const file = place.at('saved.tar.gz');
    await runCommand('sh', ['-c', 'gzip -1 -c "$1" > "$2"', 'sh', archive, file]);
    await expectSame(`archive:${file}`);
  });

  test('OCI layout and OCI archive', async () => {
    await skopeo(`docker-archive:${archive}`, `oci:${place.at('layout')}:app`);
    await skopeo(`docker-archive:${archive}`, `oci-archive:${place.at('oci.tar')}:app`);
    const layout = await expectSame(`layout:${place.at('layout')}`);
    const packed = await expectSame(`archive:${place.at('oci.tar')}`);
    const index = JSON.parse(readFileSync(join(place.at('layout'), 'index.json'), 'utf8')) as {
      manifests: { digest: string }[];
    };
    expect([layout.image.digest, packed.image.digest]).toEqual([
      index.manifests[0]!.digest,
      index.manifests[0]!.digest,
    ]);
  });

  test('layers in zstd', async () => {
    const target = `oci:${place.at('zstd')}:app`;
    await skopeo('--dest-compress-format', 'zstd', `docker-archive:${archive}`, target);
    const record = await expectSame(`layout:${place.at('zstd')}`);
    const inspected = JSON.parse(await runCommand('skopeo', ['inspect', '--raw', target])) as {
      layers: { mediaType: string; digest: string }[];
    };
    expect(inspected.layers[0]!.mediaType).toMatch(/\+zstd$/);
    expect(record.layers.map(({ digest }) => digest)).toEqual(inspected.layers.map(({ digest }) => digest));
  });

  test('a registry, by tag and by digest, as the engine pushed it', async () => {
    const engine = await dockerEngine();
    const { reference } = await realImageInEngine(name);
    const there = `${registry.address}/team/${name}:1`;
    await engine.docker(['tag', reference, there]);
    const pushed = await engine.docker(['push', '--quiet', there]).finally(() => engine.docker(['rmi', there]));
    expect(pushed).toContain(there);
    const record = await expectSame(there);
    const byDigest = await expectSame(`registry:${registry.address}/team/${name}@${record.image.digest}`);
    expect(byDigest).toEqual(record);
    const inspected = JSON.parse(
      await runCommand('skopeo', ['inspect', '--tls-verify=false', `docker://${there}`]),
    ) as { Digest: string };
    expect(record.image.manifestDigest).toBe(inspected.Digest);
  });

  test('a registry that asks for a name and password, which the docker configuration has', async () => {
    const { username, password } = locked.credentials!;
    const there = `${locked.address}/team/${name}:1`;
    await skopeo(
      '--dest-tls-verify=false',
      '--dest-creds',
      `${username}:${password}`,
      `docker-archive:${archive}`,
      `docker://${there}`,
    );
    await expect(place.scan(there, { noCache: true })).rejects.toMatchObject({
      code: expect.stringMatching(/auth|credential|denied/) as unknown,
    });
    const auth = Buffer.from(`${username}:${password}`).toString('base64');
    mkdirSync(place.at('docker'), { recursive: true });
    writeFileSync(place.at('docker/config.json'), JSON.stringify({ auths: { [locked.address]: { auth } } }));
    await expectSame(there, { DOCKER_CONFIG: place.at('docker') });
  });

  test('the engine', async () => {
    const { reference } = await realImageInEngine(name);
    const engine = await dockerEngine();
    const record = await expectSame(`docker:${reference}`, { DOCKER_HOST: engine.host });
    const id = await engine.docker(['image', 'inspect', '--format', '{{.Id}}', reference]);
    expect(record.image.configDigest).toBe(id.trim());
    expect(record.image.configDigest).toBe(expected.image.configDigest);
  });

  test('its root file system: the same contents without layers', async () => {
    const engine = await dockerEngine();
    const { reference } = await realImageInEngine(name);
    const container = (await engine.docker(['create', '--network', 'none', reference, 'true'])).trim();
    const folder = place.folder('root');
    await runCommand('sh', ['-c', 'docker export "$1" | tar -x -p --numeric-owner -C "$2"', 'sh', container, folder], {
      env: { DOCKER_HOST: engine.host },
    }).finally(() => engine.docker(['rm', container]));
    const record = await place.scan(`dir:${folder}`);
    const named = ({ packages }: ImageRecord): string[] =>
      packages.map(({ purl, place: at }) => `${purl} ${at.path} ${at.innerPath}`).sort();
    expect(named(record)).toEqual(named(expected));
    const facts = ({ executables }: ImageRecord): string[] =>
      executables
        .filter(({ place: at }) => !enginesOwn.test(at.path!))
        .map(({ sha256, mode, uid, gid, links, place: at }) => [at.path, sha256, mode, uid, gid, ...links].join(' '));
    expect(facts(record)).toEqual(facts(expected));
    const ids = ({ findings }: ImageRecord): string[] =>
      findings
        .flatMap((finding) => (finding.kind === 'vulnerability' ? [`${finding.advisory} ${finding.place.path}`] : []))
        .sort();
    expect(ids(record)).toEqual(ids(expected));
  });
});
