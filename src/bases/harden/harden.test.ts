import { describe, expect, test } from 'vitest';
import type { ImageRecord } from '../../model/index.ts';
import { makeRecord } from '../../../test/make/record.ts';
import { hardeningDockerfile, proposeHardening } from './index.ts';

interface Part {
  readonly name: string;
  readonly depends?: readonly string[];
  readonly provides?: readonly string[];
  /** Files of it: path, and for ELF what it links. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
}

interface Extra {
  readonly path: string;
  readonly needed?: readonly string[];
  readonly interpreter?: string;
  readonly interpreterArgument?: string;
}

function image(parts: readonly Part[], configuration: object = {}, extra: readonly Extra[] = []): ImageRecord {
  const elf = (path: string, needed: readonly string[]) => ({
    format: 'elf',
    interpreter: '/lib64/ld.so',
    elf: { needed, ...(path.includes('.so') ? { soname: path.split('/').at(-1) } : {}) },
  });
  return makeRecord({
    image: {
      ...makeRecord().image,
      configuration: { env: ['PATH=/usr/bin'], exposedPorts: [], volumes: [], ...configuration },
    },
    packages: parts.map(({ name, depends, provides }) => ({
      id: name,
      name,
      version: '1',
      cataloger: 'dpkg',
      sizeBytes: 1000,
      ...(depends === undefined ? {} : { depends }),
      ...(provides === undefined ? {} : { provides }),
      place: { path: '/var/lib/dpkg/status', layer: 0, owner: 'base' },
    })),
    executables: [
      ...parts.flatMap(({ name, files = {} }) =>
        Object.entries(files).map(([path, needed]) => ({
          sha256: `${name}${path}`,
          ownedBy: name,
          ...elf(path, needed),
          place: { path, layer: 0, owner: 'base' },
        })),
      ),
      ...extra.map(({ path, needed, interpreter, interpreterArgument }) => ({
        sha256: path,
        ...(needed === undefined ? { format: 'script', interpreter, interpreterArgument } : elf(path, needed)),
        place: { path, layer: 1, owner: 'app' },
      })),
    ],
  });
}

const libc: Part = { name: 'libc6', files: { '/lib/libc.so.6': [], '/lib64/ld.so': [] } };
const parts: readonly Part[] = [
  libc,
  { name: 'bash', depends: ['libc6', 'base-files'], files: { '/usr/bin/bash': ['libc.so.6', 'libtinfo.so.6'] } },
  { name: 'libtinfo6', depends: ['libc6'], files: { '/lib/libtinfo.so.6': ['libc.so.6'] } },
  { name: 'base-files', depends: ['awk'] },
  { name: 'mawk', provides: ['awk'] },
  { name: 'perl-base', depends: ['libc6'], files: { '/usr/bin/perl': ['libc.so.6'] } },
  { name: 'python3', depends: ['python3-minimal|python3.11'], files: { '/usr/bin/python3': ['libc.so.6'] } },
  { name: 'python3.11' },
  { name: 'libssl3', files: { '/lib/libssl.so.3': ['libc.so.6'] } },
  { name: 'coreutils', files: { '/usr/bin/env': ['libc.so.6'] } },
];
const removedOf = (base: ImageRecord, given: Partial<Parameters<typeof proposeHardening>[1]> = {}): string[] =>
  proposeHardening({ name: 'base', record: base }, { apps: [], keep: [], ...given })
    .removed.map(({ name }) => name)
    .sort();

describe('a smaller base', () => {
  test('keeps what the entry point starts, what that links, and data; not what packages need to be installed', () => {
    const base = image(parts, { cmd: ['perl', '-v'] });
    const { kept } = proposeHardening({ name: 'base', record: base }, { apps: [], keep: [] });
    expect(kept.map(({ name, why }) => `${name}: ${why}`)).toEqual([
      'base-files: data that programs read by path',
      'libc6: ld.so of /usr/bin/perl',
      'perl-base: /usr/bin/perl is started',
    ]);
    expect(removedOf(base)).toEqual(['bash', 'coreutils', 'libssl3', 'libtinfo6', 'mawk', 'python3', 'python3.11']);
  });

  test('keeps what is started through /bin where that is a link to /usr/bin', () => {
    expect(removedOf(image(parts, { cmd: ['/bin/perl'] }))).toEqual(
      removedOf(image(parts, { cmd: ['/usr/bin/perl'] })),
    );
  });

  test('keeps shells with the tools that scripts call, and says that it can not see which', () => {
    const base = image(parts, { entrypoint: ['/usr/bin/bash'] });
    const { kept, unknown } = proposeHardening({ name: 'base', record: base }, { apps: [], keep: ['tzdata'] });
    expect(kept.map(({ name }) => name)).toEqual(['base-files', 'bash', 'coreutils', 'libc6', 'libtinfo6', 'mawk']);
    expect(unknown.slice(0, 2)).toEqual([
      'tzdata is to be kept, but no package of that name is in the base',
      'which commands shell scripts call (/usr/bin/bash of the base): name their packages with --keep',
    ]);
  });

  test('keeps what an application links, the interpreters of its scripts, and what its own packages need', () => {
    const app = image([...parts, { name: 'libpq5', depends: ['libssl3', 'libc6'] }], { entrypoint: ['/srv/server'] }, [
      { path: '/srv/server', needed: ['libc.so.6'] },
      { path: '/srv/job.py', interpreter: '/usr/bin/env', interpreterArgument: 'python3' },
    ]);
    const base = image(parts, { cmd: ['bash'] });
    expect(removedOf(base, { apps: [{ name: 'app', record: app }] })).toEqual([
      'bash',
      'libtinfo6',
      'mawk',
      'perl-base',
    ]);
  });

  test('counts what goes with it', () => {
    const base = {
      ...image(parts),
      findings: makeRecord({
        findings: [
          { kind: 'vulnerability', packageId: 'perl-base', severity: 'high' },
          { kind: 'vulnerability', packageId: 'perl-base', severity: 'critical' },
          { kind: 'vulnerability', packageId: 'libc6' },
        ],
      }).findings,
    };
    const { savedBytes, savedFindings, removed } = proposeHardening(
      { name: 'base', record: base },
      { apps: [], keep: ['libc6'] },
    );
    expect([savedBytes, savedFindings]).toEqual([8000, 2]);
    expect(removed.find(({ name }) => name === 'perl-base')).toEqual({
      name: 'perl-base',
      version: '1',
      sizeBytes: 1000,
      findings: 2,
      worst: 'critical',
    });
  });

  test('keeps packages whose names no package manager would give', () => {
    const base = image([...parts, { name: 'x"; rm -rf /' }]);
    expect(removedOf(base)).not.toContain('x"; rm -rf /');
  });
});

describe('the Dockerfile of a smaller base', () => {
  const shell: Part = { name: 'dash', files: { '/bin/sh': ['libc.so.6'] } };

  test('names what goes and gives the configuration back, quoted', () => {
    const base = image([libc, shell, { name: 'perl' }], {
      env: ['PATH=/usr/bin', 'NOTE=say "$HOME"'],
      cmd: ['/bin/sh'],
      user: '1000:1000',
      workingDir: '/srv',
      exposedPorts: ['80/tcp'],
    });
    const hardening = proposeHardening({ name: 'base', record: base }, { apps: [], keep: [] });
    const lines = hardeningDockerfile(base, hardening, 'debian:12').split('\n');
    expect(lines.filter((line) => !line.startsWith(' ') && !line.startsWith('RUN ') && !line.startsWith('#'))).toEqual([
      'FROM debian:12 AS whole',
      'USER 0:0',
      'SHELL ["/bin/sh", "-ec"]',
      'ENV PLIMSOLL_REMOVED="perl"',
      '',
      'FROM scratch',
      'COPY --from=whole /plimsoll/root/ /',
      'ENV PATH="/usr/bin"',
      'ENV NOTE="say \\"\\$HOME\\""',
      'EXPOSE 80/tcp',
      'WORKDIR /srv',
      'CMD ["/bin/sh"]',
      'USER 1000:1000',
      '',
    ]);
  });

  test('is not written with words that would begin an instruction, without a shell, or with nothing to take out', () => {
    const write =
      (record: ImageRecord, from = 'debian:12') =>
      () =>
        hardeningDockerfile(record, proposeHardening({ name: 'base', record }, { apps: [], keep: [] }), from);
    expect(write(image([libc, shell, { name: 'perl' }], { user: '0\nRUN evil' }))).toThrow(
      "can't be written into a Dockerfile",
    );
    expect(write(image([libc, shell, { name: 'perl' }]), 'debian:12 AS x\nRUN evil')).toThrow("can't be written");
    expect(write(image([libc, { name: 'perl' }]))).toThrow('has no shell');
    const ofRpm = (record: ImageRecord): ImageRecord => ({
      ...record,
      packages: record.packages.map((found) => ({ ...found, cataloger: 'rpm' })),
    });
    expect(write(ofRpm(image([libc, shell, { name: 'perl' }])))).toThrow('the base has no rpm');
    expect(write(ofRpm(image([libc, shell, { name: 'perl', files: { '/usr/bin/rpm': [] } }])))()).toContain(
      'rpm --dbpath "/plimsoll/root$db" -e --justdb --nodeps --noscripts --notriggers --allmatches $PLIMSOLL_REMOVED;',
    );
    expect(write(image([shell], { cmd: ['/bin/sh'] }))).toThrow('nothing to take out');
  });
});
