import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../src/model/index.ts';
import { busyboxBase, noBusyboxReason } from '../build/build-place.ts';
import { Place } from '../cli/plimsoll.ts';
import { dockerEngine, type DockerEngine, noEngineReason } from '../make/docker-engine.ts';
import { writeDockerArchive } from '../make/image-files.ts';
import { noRealImageReason, realImageInEngine } from '../make/real-images/index.ts';
import { runCommand } from '../make/run-command.ts';

/** What an image is, in the parts that a fix may say it changes. */
interface Built {
  readonly configuration: Readonly<Record<string, unknown>>;
  /** Every file, folder and link with mode, owner and contents. */
  readonly files: ReadonlyMap<string, string>;
  /** What the real scan finds in it. */
  readonly record: Readonly<Record<string, unknown>>;
}

const reason = noEngineReason() ?? noBusyboxReason();
const noDebian = noRealImageReason('debian');
const base = 'plimsoll-fix-base:1';

describe.skipIf(reason !== undefined)(
  `images before and after their Dockerfile was mended${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const place = new Place();
    let engine: DockerEngine;
    beforeAll(async () => {
      engine = await dockerEngine();
      const archive = writeDockerArchive(place.at('base.tar'), [{ built: busyboxBase('1'), name: base }]);
      await engine.docker(['load', '-i', archive]);
    });
    afterAll(async () => {
      await engine.docker(['rmi', '-f', base]);
      place.remove();
    });

    /** Mends a Dockerfile with the real program; the rules that mended it, and both images. */
    async function proof(text: string, args: readonly string[] = [], debian = '') {
      const folder = place.folder(`context-${Math.random().toString(36).slice(2)}`);
      const file = join(folder, 'Dockerfile');
      mkdirSync(join(folder, 'src'));
      writeFileSync(join(folder, 'src', 'a.txt'), 'a\n');
      writeFileSync(join(folder, 'b.txt'), 'b\n');
      const before = text.replaceAll('{{base}}', base).replaceAll('{{debian}}', debian);
      writeFileSync(file, before);
      const first = await build(folder);
      const { status, stdout, stderr } = await place.plimsoll(['dockerfile', 'fix', file, ...args]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(readFileSync(file, 'utf8')).not.toBe(before);
      const rules = [...stdout.matchAll(/^ {3}([a-z-]+) {2,}.+ lines? \d/gm)].map(([, rule]) => rule!);
      return { rules: [...new Set(rules)].sort(), stdout, first, second: await build(folder) };
    }

    async function build(context: string): Promise<Built> {
      const name = `plimsoll-fix-test:${process.pid}`;
      // Each step anew: the cache would make of two texts with the same commands one image, whatever they do.
      await engine.docker(['build', '--no-cache', '--network=host', '--force-rm', '-t', name, context]);
      const [inspected] = JSON.parse(await engine.docker(['image', 'inspect', name])) as [
        { Config: Record<string, unknown>; Author: string },
      ];
      const archive = place.at('image.tar');
      await engine.docker(['save', '-o', archive, name]);
      const { status, stdout } = await place.plimsoll(['scan', `archive:${archive}`, '--format', 'json', '--no-cache']);
      expect([0, 2, 3]).toContain(status);
      const files = await filesOf(name);
      await engine.docker(['rmi', '-f', name]);
      // What a build without these mends has no other names for.
      const { Image: _, ...configuration } = inspected.Config;
      return { configuration: { ...configuration, Author: inspected.Author }, files, record: contentsOf(stdout) };
    }

    async function filesOf(image: string): Promise<ReadonlyMap<string, string>> {
      const id = (await engine.docker(['create', image, 'x'])).trim();
      const folder = place.folder('root');
      await engine.docker(['export', '-o', place.at('root.tar'), id]);
      await engine.docker(['rm', id]);
      await runCommand('tar', ['-xpf', place.at('root.tar'), '-C', folder, '--exclude=dev/*']);
      const files = new Map<string, string>();
      for (const path of pathsBelow(folder)) {
        const absolute = join(folder, path);
        const stats = lstatSync(absolute);
        const content = stats.isSymbolicLink()
          ? readlinkSync(absolute)
          : stats.isFile()
            ? createHash('sha256').update(readFileSync(absolute)).digest('hex')
            : '';
        files.set(path, [stats.mode.toString(8), stats.uid, stats.gid, content].join(' '));
      }
      rmSync(folder, { recursive: true });
      return files;
    }

    /** Paths that differ, but for those of the engine, and of logs and caches that tell the time. */
    const changed = ({ first, second }: { first: Built; second: Built }): string[] =>
      [...new Set([...first.files.keys(), ...second.files.keys()])]
        .filter((path) => first.files.get(path) !== second.files.get(path))
        .filter(
          (path) => !/^(?:var\/log\/|var\/cache\/(?:ldconfig|apt)\/|etc\/(?:hosts|hostname|resolv\.conf)$)/.test(path),
        )
        .sort();

    const configured = ({ first, second }: { first: Built; second: Built }): Record<string, unknown> =>
      Object.fromEntries(
        Object.entries(second.configuration).filter(
          ([key, value]) => !isDeepStrictEqual(value, first.configuration[key]),
        ),
      );

    test('safe mends of all kinds leave configuration, files and record as they were', async () => {
      const proven = await proof(`from {{base}} as Build
Workdir /srv
WORKDIR app/../web
ENV GREETING ahoy  there
RUN echo $GREETING > greeting \\

  && echo \`cat greeting\` > again
COPY src ./src
FROM {{base}} AS other
run echo other > /other
FROM {{base}}
LABEL team web
COPY --from=0 /srv /srv
COPY --from=1 /other /
CMD ["first"]
EXPOSE 80/TCP 127.0.0.1:8080:81 9090:9090/UDP
ENTRYPOINT ["/bin/false"]
CMD ["last"]
ENTRYPOINT ["/bin/echo"]
HEALTHCHECK CMD ["/bin/true"]
HEALTHCHECK --interval=5s CMD ["/bin/true"]
USER 65532:65532
`);
      expect(proven.rules).toEqual([
        'absolute-workdir',
        'copy-from-stage',
        'expose-format',
        'expose-protocol-case',
        'from-as-case',
        'instruction-case',
        'key-value-format',
        'no-empty-continuation',
        'one-of-each',
        'plain-substitutions',
        'stage-name-case',
      ]);
      expect(proven.second.configuration).toEqual(proven.first.configuration);
      expect(changed(proven)).toEqual([]);
      expect(proven.second.record).toEqual(proven.first.record);
      expect(proven.first.configuration).toMatchObject({ Cmd: ['last'], Entrypoint: ['/bin/echo'] });
    });

    test('safe mends of downloads and package managers fetch and install the same', async () => {
      const wget = await proof(
        'FROM {{base}}\nRUN busybox httpd -p 127.0.0.1:18099 -h /etc && ln -s busybox /bin/wget && wget http://127.0.0.1:18099/version -O /y\nUSER 1\n',
      );
      expect(wget.rules).toEqual(['quiet-wget']);
      expect([wget.second.configuration, changed(wget)]).toEqual([wget.first.configuration, []]);
      expect(wget.second.record).toEqual(wget.first.record);
    });

    test.skipIf(noDebian !== undefined)('a package manager that is told not to ask installs the same', async () => {
      const { reference } = await realImageInEngine('debian');
      const proven = await proof(
        'FROM {{debian}}\nRUN apt-get update -qq && apt-get install --no-install-recommends busybox && rm -rf /var/lib/apt/lists/*\nUSER 1\n',
        [],
        reference,
      );
      expect(proven.rules).toEqual(['unattended-install']);
      expect([proven.second.configuration, changed(proven)]).toEqual([proven.first.configuration, []]);
      expect(proven.second.record).toEqual(proven.first.record);
    });

    test.each([
      [
        'no-maintainer',
        'FROM {{base}}\nMAINTAINER Alice\nUSER 1\n',
        { Author: '', Labels: { 'org.opencontainers.image.authors': 'Alice' } },
      ],
      ['exec-form', 'FROM {{base}}\nUSER 1\nCMD echo a b\n', { Cmd: ['echo', 'a', 'b'] }],
      ['user-declared', 'FROM {{base}}\nRUN touch /a\nCMD ["x"]\n', { User: '65532:65532' }],
      ['last-user-not-root', 'FROM {{base}}\nUSER 0\nRUN touch /a\n', { User: '65532:65532' }],
      [
        'workdir-instead-of-cd',
        'FROM {{base}}\nRUN busybox mkdir /srv\nRUN cd /srv && echo a > a\nUSER 1\n',
        { WorkingDir: '/srv' },
      ],
      ['env-self-reference', 'FROM {{base}}\nENV A=1 B=$A\nUSER 1\n', { Env: expect.arrayContaining(['B=1']) }],
      ['no-ssh-port', 'FROM {{base}}\nEXPOSE 80 22\nUSER 1\n', { ExposedPorts: { '80/tcp': {} } }],
      ['no-host-volumes', 'FROM {{base}}\nVOLUME /data /proc\nUSER 1\n', { Volumes: { '/data': {} } }],
      ['label-keys', 'FROM {{base}}\nLABEL Team=web\nUSER 1\n', { Labels: { team: 'web' } }],
    ])('%s changes the configuration as it says, and no file', async (rule, text, difference) => {
      const proven = await proof(text, ['--unsafe', '--only', rule]);
      expect(proven.rules).toEqual([rule]);
      expect(proven.stdout).toContain('changes its configuration');
      expect(configured(proven)).toEqual(difference);
      expect(changed(proven)).toEqual([]);
    });

    test.skipIf(noDebian !== undefined)('mends that change contents change what they say', async () => {
      const { reference } = await realImageInEngine('debian');
      const proven = await proof(
        `FROM {{debian}}
RUN apt-get update -qq && apt-get install -y sl
ADD src /srv/src
COPY b.txt /srv/
RUN chmod 777 /srv/b.txt
USER 65532:65532
`,
        ['--unsafe'],
        reference,
      );
      expect(proven.rules).toEqual([
        'copy-instead-of-add',
        'no-open-modes',
        'no-package-caches',
        'no-recommended-packages',
      ]);
      expect(configured(proven)).toEqual({});
      const names = ({ record }: Built): string[] => (record['packages'] as { name: string }[]).map(({ name }) => name);
      const after = new Set(names(proven.second));
      expect(names(proven.first).filter((name) => !after.has(name))).toEqual(['libgpm2']);
      // The one recommended package with what its installation touches, the lists, and the mode: nothing else.
      const others =
        /gpm|^etc\/ld\.so\.cache$|^var\/lib\/apt\/(?:lists\/|extended_states$)|^var\/lib\/dpkg\/(?:status|triggers\/)/;
      expect(changed(proven).filter((path) => !others.test(path))).toEqual(['srv/b.txt']);
    });
  },
  600_000,
);

/** Every path below a folder; links are not followed, as they may lead out of it. */
function pathsBelow(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below), { withFileTypes: true }).flatMap((entry) => {
    const path = join(below, entry.name);
    return entry.isDirectory() ? [path, ...pathsBelow(folder, path)] : [path];
  });
}

/** What a record says of contents and configuration, without what names this one image and its layers. */
function contentsOf(json: string): Readonly<Record<string, unknown>> {
  // The instructions that brought things are as they are written, before and after.
  const { record } = JSON.parse(json, (key, value: unknown) => (key === 'instruction' ? undefined : value)) as {
    readonly record: ImageRecord;
  };
  const { packages, executables, accounts, certificates, operatingSystem, image } = record;
  return {
    ...{ packages, executables, accounts, certificates, operatingSystem },
    ...{ configuration: image.configuration, labels: image.labels },
  };
}
