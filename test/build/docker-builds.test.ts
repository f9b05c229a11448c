import { cpSync, existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dockerEngine, type DockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { BuildPlace, busyboxBase, imageIn, noBusyboxReason, predicateIn } from './build-place.ts';
import { plantInLayout } from './plant.ts';

const reason = noEngineReason() ?? noBusyboxReason();
const base = 'plimsoll-build-base:1';
const dockerfile = `FROM ${base}
ARG GREETING=ahoy
COPY . /srv/app/
RUN echo $GREETING > /srv/app/greeting && date > /srv/app/when && rm /srv/app/when
USER 65532:65532
`;

describe.skipIf(reason !== undefined)(
  `builds by Docker's engine${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const place = new BuildPlace();
    const first = busyboxBase('1');
    const second = busyboxBase('2');
    let engine: DockerEngine;
    const load = (built: typeof first, name: string): Promise<string> =>
      engine.docker(['load', '-i', writeDockerArchive(place.at(`${name.replace(':', '-')}.tar`), [{ built, name }])]);

    beforeAll(async () => {
      engine = await dockerEngine();
      place.env = { ...place.env, DOCKER_HOST: engine.host };
      await load(first, base);
      await load(second, 'plimsoll-build-base:2');
    });
    afterAll(async () => {
      await engine.docker(['rmi', '-f', base, 'plimsoll-build-base:2']);
      place.remove();
    });
    const docker = ['--engine', 'docker'];

    test('a commit becomes an image that says where it comes from, and its statements lie beside it', async () => {
      const repository = await place.repository({ Dockerfile: dockerfile, 'a.txt': 'a\n' });
      const commit = (await repository.git('rev-parse', 'HEAD')).trim();
      const to = place.at('cart');
      const ran = await place.build(repository.path, [
        ...docker,
        '-t',
        'registry.example.com/shop/cart:1.8.2',
        '--local',
        '-o',
        to,
        '--requested-by',
        'alice',
      ]);
      expect(ran.status).toBe(0);
      expect(
        ran.stdout
          .split('\n')
          .filter((line) => /^ (?:PASS|source|base|builder|written)/.test(line))
          .map((line) => line.trim()),
      ).toEqual([
        'PASS   policy builds, scope default: all 2 rules hold',
        `source    commit ${commit.slice(0, 12)} of main`,
        `base      ${base} ${first.config.digest.slice(0, 19)}`,
        'builder   local: no builder vouches for it',
        ...['', '.provenance.json', '.sbom.json', '.verdict.json'].map((end) => `written   ${to}${end}`),
      ]);
      const { digest, config, manifest } = imageIn(to);
      const { 'org.opencontainers.image.created': created, ...labels } = config.config.Labels;
      expect(created).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(labels).toEqual({
        'org.opencontainers.image.source': repository.address,
        'org.opencontainers.image.revision': commit,
        'org.opencontainers.image.version': '1.8.2',
        'org.opencontainers.image.ref.name': 'registry.example.com/shop/cart:1.8.2',
        'dev.plimsoll.branch': 'main',
        'dev.plimsoll.requested-by': 'alice',
        'dev.plimsoll.builder': 'local',
      });
      expect(manifest.annotations).toEqual({
        'org.opencontainers.image.base.name': 'docker.io/library/plimsoll-build-base:1',
      });
      const statement = JSON.parse(readFileSync(`${to}.provenance.json`, 'utf8')) as { subject: unknown };
      expect(statement.subject).toEqual([
        { name: 'registry.example.com/shop/cart', digest: { sha256: digest.slice(7) } },
      ]);
      const { buildDefinition, runDetails } = predicateIn(`${to}.provenance.json`);
      expect(
        buildDefinition.resolvedDependencies.map(({ name, digest: set }) => [name, Object.values(set)[0]]),
      ).toEqual([
        ['source', commit],
        ['dockerfile', expect.stringMatching(/^[0-9a-f]{64}$/)],
        ['base', first.config.digest.slice(7)],
      ]);
      expect(buildDefinition.internalParameters).toMatchObject({
        dirty: false,
        unpushed: false,
        builder: 'local',
        requestedBy: 'alice',
      });
      expect(runDetails.builder.id).toBe('https://plimsoll.dev/builders/local');
      expect(place.leftBehind()).toEqual([]);
      expect(await engine.docker(['images', '--quiet', '--no-trunc'])).not.toContain(manifest.config.digest);
    });

    test('each refusal has its code, names the thing and what helps, and nothing is built', async () => {
      const repository = await place.repository({ Dockerfile: dockerfile });
      const refusal = async (args: readonly string[], folder = repository.path) => {
        const { status, stdout, stderr } = await place.build(folder, [...docker, ...args]);
        expect(stdout).toBe('');
        return [status, /\(([a-z-]+)\)\n/.exec(stderr)?.[1]];
      };
      expect(await refusal([])).toEqual([1, 'not-enrolled']);
      expect(await refusal(['--local', '--secret', `id=a,src=${place.policy}`])).toEqual([64, 'secrets-unsupported']);
      expect(await refusal(['--local', '--build-arg', 'NPM_TOKEN=abcdefgh'])).toEqual([64, 'secret-build-arg']);
      expect(await refusal(['--local', '--label', 'dev.plimsoll.builder=eu-1'])).toEqual([64, 'bad-label']);
      expect(await refusal(['--local', '--push'])).toEqual([64, 'nowhere-to-push']);
      expect(await refusal(['--local', '--push', '-t', 'localhost:1/a:1'])).toEqual([64, 'no-key']);
      expect(await refusal(['--local', '--target', 'other'])).toEqual([64, 'no-such-stage']);
      expect(await refusal(['--local', '-f', place.policy])).toEqual([64, 'dockerfile-outside-source']);
      expect(await refusal(['--local', '-f', join(repository.path, 'none')])).toEqual([1, 'dockerfile-missing']);
      expect(await refusal(['--local', '--platform', 'linux/amd64,linux/arm64'])).toEqual([64, 'one-platform']);
      expect(await refusal(['--local', '-t', `a@sha256:${'a'.repeat(64)}`])).toEqual([64, 'bad-reference']);
      expect(await refusal(['--local'], place.at('nowhere'))).toEqual([64, 'context-missing']);
      expect(await refusal(['--local'], place.folder('plain'))).toEqual([1, 'source-unknown']);
      await repository.commit({ 'b.txt': 'b\n' });
      expect(await refusal(['--local'])).toEqual([1, 'source-unpushed']);
      await repository.push();
      writeFileSync(join(repository.path, 'dirt'), '');
      expect(await refusal(['--local'])).toEqual([1, 'source-dirty']);
      expect(place.leftBehind()).toEqual([]);
    });

    test('what is not committed is built where that is allowed, and the provenance says so', async () => {
      const repository = await place.repository({ Dockerfile: dockerfile, '.gitignore': 'ignored\n' });
      writeFileSync(join(repository.path, 'new.txt'), 'new\n');
      writeFileSync(join(repository.path, 'ignored'), 'ignored\n');
      const to = place.at('dirty');
      const ran = await place.build(repository.path, [...docker, '--local', '--allow-dirty', '-o', to]);
      expect([ran.status, ran.stdout.includes(', and what differed from it\n')]).toEqual([0, true]);
      const { buildDefinition } = predicateIn(`${to}.provenance.json`);
      expect(buildDefinition.internalParameters).toMatchObject({ dirty: true, changed: ['new.txt'] });
      expect(await place.rebuild(to)).toMatchObject({
        status: 3,
        stdout: expect.stringContaining('(not-rebuildable)') as string,
      });
    });

    test('only what is committed is in the image of a commit, and what git ignores is not', async () => {
      const repository = await place.repository({
        Dockerfile: `${dockerfile}RUN test ! -e /srv/app/ignored\n`,
        '.gitignore': 'ignored\n',
      });
      writeFileSync(join(repository.path, 'ignored'), 'left over\n');
      expect(await place.build(repository.path, [...docker, '--local'])).toMatchObject({ status: 0 });
    });

    test('a part of a repository is built with a Dockerfile from another part, the same each time', async () => {
      const repository = await place.repository({
        'docker/cart.Dockerfile': `FROM ${base}\nCOPY . /srv\nUSER 1\n`,
        'services/cart/a.txt': 'a\n',
        'services/cart/.dockerignore': 'b.txt\n',
        'services/cart/b.txt': 'b\n',
      });
      const args = [...docker, '--local', '--reproducible', '-f', join(repository.path, 'docker/cart.Dockerfile')];
      const context = join(repository.path, 'services/cart');
      for (const name of ['part-1', 'part-2'])
        expect(await place.build(context, [...args, '--no-build-cache', '-o', place.at(name)])).toMatchObject({
          status: 0,
        });
      expect(imageIn(place.at('part-2')).digest).toBe(imageIn(place.at('part-1')).digest);
      expect(predicateIn(place.at('part-1.provenance.json')).buildDefinition.externalParameters).toMatchObject({
        context: 'services/cart',
        dockerfile: 'docker/cart.Dockerfile',
      });
      expect(await place.rebuild(place.at('part-1'))).toMatchObject({ status: 0 });
    });

    test('what does not pass is neither written nor kept', async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${base}\nUSER 0\n` });
      const to = place.at('failed');
      const ran = await place.build(repository.path, [...docker, '--local', '-o', to, '-t', 'cart:1']);
      expect(ran.status).toBe(2);
      expect(ran.stdout).toContain('neither pushed nor written, since it did not pass');
      expect([existsSync(to), existsSync(`${to}.provenance.json`)]).toEqual([false, false]);
      const untold = await place.plimsoll(['build', repository.path, ...docker, '--local', '-o', to], {
        env: place.env,
      });
      expect([untold.status, existsSync(to)]).toEqual([2, false]);
      const asks = place.at('asks.yaml');
      writeFileSync(asks, readFileSync(place.policy, 'utf8').replace('no-root-user: fail', 'advisory-data-age: fail'));
      expect(
        await place.plimsoll(['build', repository.path, ...docker, '--local', '-o', to, '--policy', asks], {
          env: place.env,
        }),
      ).toMatchObject({ status: 3 });
      expect(existsSync(to)).toBe(false);
    });

    test('a base that moves during the build is noticed, and what it was at first is what was built on', async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${base}\nRUN sleep 3\nUSER 1\n` });
      const to = place.at('moved');
      const ran = await place.build(repository.path, [...docker, '--local', '--no-build-cache', '-o', to], {
        whileRunning: (child) =>
          new Promise((resolve, reject) => {
            let said = '';
            child.stderr!.on('data', (bytes: Buffer) => {
              if (said.includes('RUN sleep')) return;
              said += bytes.toString();
              if (said.includes('RUN sleep'))
                engine.docker(['tag', 'plimsoll-build-base:2', base]).then(() => resolve(), reject);
            });
          }),
      });
      await load(first, base);
      expect(ran.status).toBe(0);
      expect(ran.stderr).toContain(
        `${base} moved during the build: it was ${first.config.digest}, which was built on, and is ${second.config.digest} now`,
      );
      expect(imageIn(to).config.rootfs.diff_ids[0]).toBe(first.layers[0]!.diffId);
      const [dependency] = predicateIn(`${to}.provenance.json`).buildDefinition.resolvedDependencies.slice(2);
      expect(dependency).toMatchObject({
        digest: { sha256: first.config.digest.slice(7) },
        annotations: { movedTo: second.config.digest },
      });
    });

    test('two reproducible builds of one commit give one digest, whatever the times and order of files', async () => {
      const files = { Dockerfile: dockerfile, 'b.txt': 'b\n', 'a/c.txt': 'c\n', '.dockerignore': 'nothing\n' };
      const repository = await place.repository(files);
      const args = [...docker, '--local', '--reproducible', '--no-build-cache', '-t', 'cart:1'];
      const one = place.at('one.tar');
      expect(await place.build(repository.path, [...args, '-o', one])).toMatchObject({ status: 0 });
      for (const name of Object.keys(files)) utimesSync(join(repository.path, name), 1, 1);
      const clone = place.at('clone');
      await repository.git('clone', '--quiet', `${repository.path}.git`, clone);
      const two = place.at('two.tar');
      const ran = await place.build(clone, [...args, '-o', two]);
      expect(ran).toMatchObject({ status: 0 });
      expect(readFileSync(two).equals(readFileSync(one))).toBe(true);
    });

    test('rebuild --check builds it again, bit for bit, and finds and names what was planted', async () => {
      const repository = await place.repository({ Dockerfile: dockerfile, 'a.txt': 'a\n' });
      const to = place.at('checked');
      const args = [...docker, '--local', '--reproducible', '-t', 'cart:1', '-o', to];
      expect(await place.build(repository.path, args)).toMatchObject({ status: 0 });
      const same = await place.rebuild(to);
      expect([same.status, same.stdout.split('\n')[0]]).toEqual([0, ' SAME   it comes out bit for bit as it was']);
      const planted = place.at('planted');
      cpSync(to, planted, { recursive: true });
      plantInLayout(planted, 'ahoy\n', 'evil\n');
      const differs = await place.rebuild(planted, ['--provenance', `${to}.provenance.json`, '--format', 'json']);
      expect(differs.status).toBe(2);
      const { result, differences, notes, before } = JSON.parse(differs.stdout) as Record<string, unknown>;
      expect({ result, differences, before }).toEqual({
        result: 'differs',
        before: imageIn(planted).digest,
        differences: [
          {
            where: 'layer',
            layer: 3,
            path: 'srv/app/greeting',
            attribute: 'content',
            before: expect.stringMatching(/^sha256:/) as string,
            after: expect.stringMatching(/^sha256:/) as string,
          },
        ],
      });
      expect(notes).toEqual([
        `the provenance is of ${imageIn(to).digest}, and what it was compared with is ${imageIn(planted).digest}`,
      ]);
      // With the provenance alone there are the digests.
      expect(await place.rebuild(`${to}.provenance.json`)).toMatchObject({ status: 0 });
      expect(place.leftBehind()).toEqual([]);
    });

    test('an image that was not built reproducibly differs in its times, and it says in which', async () => {
      const repository = await place.repository({ Dockerfile: dockerfile });
      const to = place.at('timely');
      expect(
        await place.build(repository.path, [...docker, '--local', '-o', to, '--build-arg', 'GREETING=timely']),
      ).toMatchObject({ status: 0 });
      const { status, stdout } = await place.rebuild(to);
      expect(status).toBe(2);
      expect(stdout).toMatch(
        / {3}layer 3, \/srv\/app\/greeting\n {5}time {5}20\d\d-\d\d-\d\dT\S+ → 20\d\d-\d\d-\d\dT\S+\n/,
      );
    });

    test('what is gone can not be told: the commit, the base', async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${base}\nUSER 1\n` });
      const to = place.at('gone');
      expect(await place.build(repository.path, [...docker, '--local', '-o', to])).toMatchObject({ status: 0 });
      const code = async (args: readonly string[] = []) => {
        const { status, stdout } = await place.rebuild(to, args);
        return [status, /\(([a-z-]+)\)\n/.exec(stdout)?.[1]];
      };
      expect(await code(['--source', place.folder('empty')])).toEqual([3, 'source-unreachable']);
      const file = `${to}.provenance.json`;
      const other = readFileSync(file, 'utf8').replaceAll(first.config.digest.slice(7), 'a'.repeat(64));
      writeFileSync(file, other);
      expect(await code()).toEqual([3, 'base-gone']);
    });

    test('Ctrl-C leaves no container, no image, no file', async () => {
      const repository = await place.repository({ Dockerfile: `FROM ${base}\nRUN sleep 654\nUSER 1\n` });
      const to = place.at('stopped');
      const ran = await place.build(repository.path, [...docker, '--local', '-o', to], {
        whileRunning: (child) =>
          new Promise((resolve) => {
            let said = '';
            child.stderr!.on('data', (bytes: Buffer) => {
              if (said.includes('Running in')) return;
              said += bytes.toString();
              if (!said.includes('Running in')) return;
              child.kill('SIGINT');
              resolve();
            });
          }),
      });
      expect([ran.status, ran.stderr.includes('stopped by SIGINT')]).toEqual([1, true]);
      const commands = (): Promise<string> => engine.docker(['ps', '--all', '--no-trunc', '--format', '{{.Command}}']);
      await expect.poll(commands, { timeout: 20_000 }).not.toContain('sleep 654');
      expect([existsSync(to), place.leftBehind()]).toEqual([false, []]);
    });
  },
  300_000,
);
