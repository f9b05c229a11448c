import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Place } from '../cli/plimsoll.ts';
import { type DockerEngine, dockerEngine } from '../make/docker-engine.ts';
import { noRealImageReason, realImageInEngine } from '../make/real-images/index.ts';
import { runCommand } from '../make/run-command.ts';

interface Proof {
  readonly hardening: {
    readonly removed: readonly { readonly name: string }[];
    readonly kept: readonly { readonly name: string }[];
  };
  readonly proof: {
    readonly from: { readonly sizeBytes: number; readonly packages: number };
    readonly to: { readonly sizeBytes: number; readonly packages: number };
    readonly selfTests: readonly { readonly passed: boolean; readonly passedBefore: boolean }[];
  };
}

const reason = ['debian', 'node', 'alpine-like', 'rpm-whole'].map(noRealImageReason).find((each) => each !== undefined);

describe.skipIf(reason !== undefined)(
  `a base made smaller${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const place = new Place();
    const tag = `plimsoll-test/hardened-${process.pid}`;
    let engine: DockerEngine;
    beforeAll(async () => {
      engine = await dockerEngine();
    });
    afterAll(async () => {
      place.remove();
      const made = (await engine.docker(['images', '--format', '{{.Repository}}:{{.Tag}}', tag])).trim().split('\n');
      for (const each of made.filter((name) => name !== '')) await engine.docker(['rmi', each]);
    });

    const harden = async (base: string, ...args: readonly string[]) => {
      const { reference } = await realImageInEngine(base);
      const ran = await place.plimsoll(
        ['base', 'harden', `docker:${reference}`, '--build', '--offline', '--format', 'json', ...args],
        { env: { DOCKER_HOST: engine.host, DOCKER_BUILDKIT: '0' }, timeoutMs: 600_000 },
      );
      return { status: ran.status, stderr: ran.stderr, ...(JSON.parse(ran.stdout || '{}') as Proof) };
    };
    const containerFile = (image: string, path: string) =>
      engine.docker(['run', '--rm', '--network', 'none', '--entrypoint', 'cat', image, path]);

    test(
      'of Debian runs its shell in a third of the bytes, and its dpkg database says what is left',
      { timeout: 600_000 },
      async () => {
        const ran = await harden(
          'debian',
          '--tag',
          `${tag}:debian`,
          '--self-test',
          'bash -c "ls / && cat /etc/os-release"',
          'ls /root',
        );
        expect(ran).toMatchObject({ status: 0, stderr: '' });
        const { from, to, selfTests } = ran.proof;
        expect(selfTests).toMatchObject([
          { passed: true, passedBefore: true },
          { passed: true, passedBefore: true },
        ]);
        expect(to.sizeBytes).toBeLessThan(from.sizeBytes / 2);
        expect(from.packages - to.packages).toBe(ran.hardening.removed.length);
        const left = (await containerFile(`${tag}:debian`, '/var/lib/dpkg/status'))
          .match(/^Package: .*$/gm)
          ?.map((line) => line.slice(9));
        expect(left?.sort()).toEqual(ran.hardening.kept.map(({ name }) => name).sort());
        expect(
          await engine.docker([
            'run',
            '--rm',
            '--network',
            'none',
            '--entrypoint',
            'stat',
            `${tag}:debian`,
            '-c',
            '%a %u %g',
            '/tmp',
            '/etc/shadow',
          ]),
        ).toBe('1777 0 0\n640 0 42\n');
      },
    );

    test(
      'for a Node application is tried in that application, and what it lost fails there',
      { timeout: 600_000 },
      async () => {
        const { reference } = await realImageInEngine('node');
        const ran = await harden(
          'debian',
          ...['--for', `docker:${reference}`, '--tag', `${tag}:node`],
          ...[
            '--self-test',
            'node -e "require(`/srv/app/node_modules/express`); require(`crypto`).createHash(`sha256`)"',
            'perl -v',
            '--self-test-seconds',
            '120',
          ],
        );
        expect(ran.status).toBe(2);
        expect(ran.proof.selfTests).toMatchObject([
          { passed: true, passedBefore: true },
          { passed: false, passedBefore: true },
        ]);
        expect(ran.hardening.removed.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['apt', 'bash', 'perl-base', 'tar']),
        );
        expect(ran.hardening.kept.map(({ name }) => name)).toEqual(
          expect.arrayContaining(['ca-certificates', 'libc6', 'libssl3', 'libstdc++6']),
        );
      },
    );

    test('with an apk database keeps that true as well', { timeout: 600_000 }, async () => {
      const ran = await harden('alpine-like', '--tag', `${tag}:alpine`, '--self-test', '/bin/sh -c "echo ahoy"');
      expect(ran).toMatchObject({ status: 0, proof: { selfTests: [{ passed: true }] } });
      const left = (await containerFile(`${tag}:alpine`, '/lib/apk/db/installed')).match(/^P:.*$/gm);
      expect(left).toEqual(['P:musl', 'P:busybox', 'P:alpine-baselayout']);
    });

    test("with rpm keeps rpm's own database true: rpm finds nothing amiss", { timeout: 600_000 }, async () => {
      const ran = await harden(
        'rpm-whole',
        '--tag',
        `${tag}:rpm`,
        '--self-test',
        'sh -c "ls / && cat /etc/os-release"',
      );
      expect(ran).toMatchObject({
        status: 0,
        stderr: '',
        proof: { selfTests: [{ passed: true, passedBefore: true }] },
      });
      expect(ran.hardening.removed.map(({ name }) => name).sort()).toEqual(['perl-base', 'rpm']);
      const root = place.folder('rpm-root');
      const container = (await engine.docker(['create', `${tag}:rpm`])).trim();
      await engine.docker(['export', container, '--output', place.at('rpm-root.tar')]);
      await engine.docker(['rm', container]);
      await runCommand('tar', ['-x', '-C', root, '-f', place.at('rpm-root.tar')]);
      const rpm = (...args: readonly string[]) =>
        runCommand('rpm', ['--root', root, '--dbpath', '/var/lib/rpm', '--define', '_db_backend sqlite', ...args]);
      expect((await rpm('-qa', '--qf', '%{NAME}\n')).trim().split('\n').sort()).toEqual([
        'coreutils',
        'dash',
        'filesystem',
        'glibc',
        'grep',
        'sed',
      ]);
      // Every file of every package that stayed, by digest, owner and mode.
      expect(await rpm('--verify', '--all', '--nodeps')).toBe('');
      expect(existsSync(join(root, 'usr/bin/perl'))).toBe(false);
    });
  },
);
