import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openImage, type OpenImageOptions } from '../../src/image/index.ts';
import { type DockerEngine, dockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { failureOf, layerDigests, scratch } from './open-options.ts';

const reason = noEngineReason();

describe.skipIf(reason !== undefined)(
  `a real Docker engine${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let engine: DockerEngine;
    const { folder, options: closed, remove } = scratch();
    let options: OpenImageOptions;
    const built = buildImage({
      layers: [
        { files: { '/a': 'one' }, instruction: 'COPY a /' },
        { files: { '/b': 'two' }, instruction: 'COPY b /' },
        { files: { '/a': 'one' }, instruction: 'COPY a /' },
      ],
      config: { Cmd: ['/a'] },
      flavour: 'docker',
      emptyInstructions: ['CMD ["/a"]'],
    });
    beforeAll(async () => {
      engine = await dockerEngine();
      options = { ...closed, env: { ...closed.env, DOCKER_HOST: engine.host } };
      await engine.docker([
        'load',
        '-i',
        writeDockerArchive(join(folder, 'app.tar'), [{ built, name: 'plimsoll-source-test:1' }]),
      ]);
    });
    afterAll(async () => {
      await engine.docker(['rmi', '-f', 'plimsoll-source-test:1']);
      remove();
    });

    test('gives its image by name and by id, layers as they were built', async () => {
      for (const name of [
        'docker:plimsoll-source-test:1',
        'plimsoll-source-test:1',
        built.config.digest,
        built.config.digest.slice(7, 19),
      ]) {
        const image = await openImage(name, options);
        expect(image).toMatchObject({
          sourceKind: 'docker',
          configDigest: built.config.digest,
          references: ['plimsoll-source-test:1'],
          config: {
            config: { Cmd: ['/a'] },
            history: [
              { createdBy: 'COPY a /' },
              { createdBy: 'COPY b /' },
              { createdBy: 'COPY a /' },
              { createdBy: 'CMD ["/a"]', emptyLayer: true },
            ],
          },
        });
        // The engine keeps layers unpacked: what it stores is the diff itself.
        expect(await layerDigests(image)).toEqual(image.layers.map((layer) => layer.diffId));
        expect(image.layers.map((layer) => layer.diffId)).toEqual(built.layers.map((layer) => layer.diffId));
        await image.close();
        expect(readdirSync(options.cacheDirectory).filter((file) => file.startsWith('spool'))).toEqual([]);
      }
    });

    test('gives the same of an image that it has opened before, without saving it', async () => {
      const first = await openImage('docker:plimsoll-source-test:1', { ...options, onProgress: () => {} });
      let saved = 0;
      const again = await openImage('docker:plimsoll-source-test:1', { ...options, onProgress: () => saved++ });
      const facts = ({ name, configDigest, config, references, layers }: typeof first) => ({
        name,
        configDigest,
        config,
        references,
        layers: layers.map(({ diffId, compression }) => ({ diffId, compression })),
      });
      expect(facts(again)).toEqual(facts(first));
      expect(saved).toBe(0);
      await layerDigests(again);
      expect(saved).toBeGreaterThan(0);
      await Promise.all([first.close(), again.close()]);
    });

    test('says what it has not, and that it is not there', async () => {
      expect(await failureOf(openImage('docker:plimsoll-none:1', options))).toEqual({
        code: 'image-not-found',
        message: `the Docker engine at ${engine.host} has no image plimsoll-none:1`,
      });
      expect(await failureOf(openImage('docker:app:1', closed))).toMatchObject({ code: 'engine-unreachable' });
      expect(await failureOf(openImage('docker:a/../../containers/json', options))).toMatchObject({
        code: 'bad-reference',
      });
      expect(
        await failureOf(openImage('docker:plimsoll-source-test:1', { ...options, platform: 'linux/arm64' })),
      ).toMatchObject({ code: 'platform-not-found' });
    });

    test('leaves no file behind when the process is killed in the middle', async () => {
      const script = `
      const { openImage } = await import(${JSON.stringify(join(import.meta.dirname, '../../src/image/index.ts'))});
      const image = await openImage('docker:plimsoll-source-test:1', { signal: new AbortController().signal, cacheDirectory: process.argv[1], env: process.env });
      await image.layers[0].locate();
      process.kill(process.pid, 'SIGKILL');`;
      const cache = join(folder, 'killed');
      await expect(
        promisify(execFile)(process.execPath, ['--input-type=module', '-e', script, cache], {
          env: { ...process.env, DOCKER_HOST: engine.host },
        }),
      ).rejects.toMatchObject({ signal: 'SIGKILL' });
      expect(readdirSync(cache)).toEqual(['documents']);
    });
  },
);
