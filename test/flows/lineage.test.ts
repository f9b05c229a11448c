import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BaseFacts, ImageRecord } from '../../src/model/index.ts';
import { Place, type Ran } from '../cli/plimsoll.ts';
import { type DockerEngine, dockerEngine } from '../make/docker-engine.ts';
import { noRealImageReason, realImageInEngine } from '../make/real-images/index.ts';

const reason = noRealImageReason('debian');

/*
 * One base with two releases of which the catalogue has the first: Debian and a layer of ours. What stands on it in every
 * way in which engines build.
 */
describe.skipIf(reason !== undefined)(
  `the base of images that a real engine built${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const place = new Place();
    const name = `plimsoll-test/lineage-${process.pid}`;
    let engine: DockerEngine;
    let baseDigest = '';
    const run = (...args: readonly string[]): Promise<Ran> =>
      place.plimsoll(args, {
        cwd: place.path,
        env: { DOCKER_HOST: engine.host },
        timeoutMs: 300_000,
      });

    async function build(tag: string, dockerfile: string): Promise<void> {
      const folder = place.folder('contexts', tag);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'Dockerfile'), dockerfile);
      writeFileSync(join(folder, 'app'), `#!/bin/sh\necho ${tag}\n`, { mode: 0o755 });
      await engine.docker(['build', '--network', 'none', '-t', `${name}:${tag}`, folder], { timeoutMs: 300_000 });
    }

    beforeAll(async () => {
      engine = await dockerEngine();
      const { reference } = await realImageInEngine('debian');
      await build('base-1', `FROM ${reference}\nRUN echo 1 > /etc/company\n`);
      await build('base-2', `FROM ${reference}\nRUN echo 2 > /etc/company\n`);
      await build('exact', `FROM ${name}:base-1\nCOPY app /srv/app\n`);
      await build('newer', `FROM ${name}:base-2\nCOPY app /srv/app\n`);
      await build('squashed', `FROM ${name}:base-1 AS whole\nCOPY app /srv/app\nFROM scratch\nCOPY --from=whole / /\n`);
      const added = await run('base', 'add', 'company', '--from', `docker:${name}:base-1`, '--owner', 'me');
      expect(added).toMatchObject({ status: 0, stderr: '' });
      const assessed = await run('base', 'assess', 'company', '--offline', '--format', 'json');
      baseDigest = (JSON.parse(assessed.stdout) as { record: ImageRecord }).record.image.digest;
      await build(
        'annotated',
        `FROM ${name}:base-1 AS whole\nCOPY app /srv/app\nFROM scratch\nCOPY --from=whole / /\n` +
          `LABEL org.opencontainers.image.base.name=company org.opencontainers.image.base.digest=${baseDigest}\n`,
      );
    }, 900_000);
    afterAll(async () => {
      place.remove();
      const made = (await engine.docker(['images', '--format', '{{.Repository}}:{{.Tag}}', name])).trim().split('\n');
      for (const each of made.filter((line) => line !== '')) await engine.docker(['rmi', each]);
    });

    const baseOf = async (tag: string): Promise<BaseFacts> => {
      const scanned = await run(
        'scan',
        `docker:${name}:${tag}`,
        '--bases',
        'bases',
        '--offline',
        '--format',
        'json',
        '--exit-zero',
      );
      return (JSON.parse(scanned.stdout) as { record: ImageRecord }).record.base!;
    };

    test('is exact where all layers of a release lie at its bottom', { timeout: 300_000 }, async () => {
      expect(await baseOf('exact')).toMatchObject({ known: 'layers', name: 'company', digest: baseDigest, layers: 2 });
    });

    test('is the nearest older release, as a guess, where some do', { timeout: 300_000 }, async () => {
      const found = await baseOf('newer');
      expect(found).toMatchObject({ known: 'chain', name: 'company', layers: 1, degree: 0.5 });
      expect([found.digest, found.listed?.state]).toEqual([undefined, 'candidate']);
    });

    test('is a guess by contents, with its degree, where layers were squashed', { timeout: 300_000 }, async () => {
      const found = await baseOf('squashed');
      expect(found).toMatchObject({ known: 'contents', name: 'company', layers: 0, degree: 1 });
      expect([found.digest, found.listed?.release]).toEqual([undefined, baseDigest]);
    });

    test('is what its labels name, above a guess', { timeout: 300_000 }, async () => {
      expect(await baseOf('annotated')).toMatchObject({
        known: 'annotation',
        digest: baseDigest,
        listed: { name: 'company', release: baseDigest },
      });
    });
  },
);
