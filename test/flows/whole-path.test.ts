import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ran, root } from '../cli/plimsoll.ts';
import { noEngineReason } from '../make/docker-engine.ts';
import { noRealImageReason } from '../make/real-images/index.ts';
import { noRegistryReason } from '../make/registry.ts';
import { runLine } from '../make/running-image.ts';
import { noToolchainReason, toolchainImage } from '../make/toolchains/index.ts';
import { type Application, applications, WholePath } from './whole-path-place.ts';

const reason =
  noEngineReason() ??
  noRegistryReason() ??
  noRealImageReason('debian-point-release') ??
  noToolchainReason(...applications.map(({ builtOn }) => builtOn));
const timeout = { timeout: 600_000 };

describe.skipIf(reason !== undefined)(
  `from an outside base to what runs${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    const path = new WholePath();
    const { office, builder, elsewhere, laptop } = path;
    const digests = new Map<string, string>();
    /** The endorsed base, as a FROM names it. */
    let base = '';
    let policy = '';

    beforeAll(() => path.begin(), 1_200_000);
    afterAll(() => path.end());

    /** In the office catalogue, advisories and records are named by the environment, as a profile would. */
    const inOffice = (...args: readonly string[]): Promise<Ran> =>
      office.plimsoll(args, {
        cwd: office.path,
        timeoutMs: 600_000,
        env: {
          DOCKER_HOST: path.engine.host,
          PLIMSOLL_DB: office.at('db'),
          PLIMSOLL_BASES: office.at('bases'),
          PLIMSOLL_RECORDS: office.at('records'),
        },
      });
    const onBuilder = (...args: readonly string[]): Promise<Ran> =>
      builder.plimsoll(args, { env: { DOCKER_HOST: path.engine.host }, timeoutMs: 600_000 });
    const verify = (reference: string): Promise<Ran> =>
      elsewhere.plimsoll(['verify', '--trust-root', elsewhere.at('trust.yaml'), reference]);
    const repository = ({ name }: Application): string => `${path.registry.address}/shop/${name}`;
    const linesOf = ({ stdout }: Ran, pattern: RegExp): string[] =>
      stdout.split('\n').flatMap((line) => pattern.exec(line)?.[0].trim().replace(/ {2,}/g, '  ') ?? []);

    test('an outside Debian is taken in, and fails what the organisation asks of bases', timeout, async () => {
      expect(
        await inOffice(
          'db',
          'import',
          'osv.ndjson',
          join(root, 'data/demo-advisories'),
          ...['--built-at', new Date().toISOString()],
        ),
      ).toMatchObject({
        status: 0,
      });
      const added = await inOffice(
        ...['base', 'add', 'debian-12', '--from', path.outside, '--owner', 'platform@acme.dev'],
        ...['--purpose', 'cc', '--judged-by', 'policies/acme.yaml', '--channel', 'stable'],
      );
      expect([added.status, added.stdout.split('\n').at(-2)]).toEqual([0, 'next  plimsoll base assess debian-12']);
      const assessed = await inOffice('base', 'assess', 'debian-12');
      expect(assessed.status).toBe(2);
      expect(linesOf(assessed, /^ FAIL .*|^ (?:fixable-severity|no-package-manager) .*|^ +unknown +CVE.*/)).toEqual([
        'FAIL  policy acme-bases, scope default: 2 of 7 rules broken',
        'fixable-severity  6 vulnerabilities in 2 packages: low and above must be fixed',
        'unknown  CVE-2026-57432  libperl5.36 +3 → 5.36.0-7+deb12u4  layer 1',
        'unknown  CVE-2026-42767  libssl3 +1 → 3.0.22-1~deb12u2  layer 1',
        'no-package-manager  3 findings: the image must not contain a package manager',
      ]);
      expect(assessed.stdout).toContain('plimsoll base harden debian-12 proposes a smaller one');
    });

    test('it is hardened, which is built and proven, and then it passes', timeout, async () => {
      const small = `plimsoll-test/whole-path-base-${process.pid}:small`;
      path.forget(small);
      const hardened = await inOffice(
        ...['base', 'harden', 'debian-12', '--keep', 'libgcc-s1', '--build', '--tag', small],
        ...['--self-test', 'bash -c "ls / && cat /etc/os-release"'],
      );
      expect(hardened.status).toBe(0);
      expect(hardened.stdout).toContain('nothing needs 80 of 99 packages');
      expect(hardened.stdout.split('\n').at(-2)).toBe(`pass  bash -c "ls / && cat /etc/os-release"  in ${small}`);
      const assessed = await inOffice('base', 'assess', 'debian-12', `docker:${small}`);
      expect([assessed.status, linesOf(assessed, /^ PASS .*|^ +negligible .*|^ \d+ packages .*/)]).toEqual([
        0,
        [
          'PASS  policy acme-bases, scope default: all 7 rules hold',
          'negligible  CVE-2019-1010022  libc-bin +1 (no fix yet)  layer 1',
          '19 packages · 1 advisory applies · 445 executables · 0 setuid files',
        ],
      ]);
    });

    test('a person who has the role endorses it, and nobody else', timeout, async () => {
      for (const who of ['ada', 'eve']) expect(await inOffice('trust', 'keygen', who)).toMatchObject({ status: 0 });
      path.writeRoles('ada@acme.dev', readFileSync(office.at('ada.pub'), 'utf8'));
      const endorse = (who: string, key: string): Promise<Ran> =>
        inOffice(
          ...['base', 'endorse', 'debian-12', '--by', who, '--role', 'keeper', '--key', key],
          ...['--publish', `${path.registry.address}/bases/debian-12:12.15`],
        );
      const stranger = await endorse('eve@acme.dev', 'eve.key');
      expect([stranger.status, stranger.stderr.includes('(base-role-missing)')]).toEqual([1, true]);
      const forger = await endorse('ada@acme.dev', 'eve.key');
      expect([forger.status, forger.stderr.includes('(not-their-key)')]).toEqual([1, true]);
      const endorsed = await endorse('ada@acme.dev', 'ada.key');
      expect(endorsed).toMatchObject({ status: 0, stderr: '' });
      expect(endorsed.stdout).toMatch(/ is endorsed by ada@acme\.dev as keeper, signed with key sha256:[0-9a-f]{12}\n/);
      base = /^FROM (\S+)$/m.exec(endorsed.stdout)?.[1] ?? '';
      expect(base).toMatch(/\/bases\/debian-12:12\.15@sha256:[0-9a-f]{64}$/);
    });

    test('a builder is enrolled, and what counts elsewhere is one file', timeout, async () => {
      expect(await onBuilder('trust', 'keygen', builder.at('eu-1'))).toMatchObject({ status: 0 });
      path.writeBuilder('eu-1');
      const trust = ['--trust-root', 'trust.yaml'];
      await inOffice('trust', 'init', '--name', 'acme', ...trust);
      const enrolled = await inOffice(
        ...['trust', 'enrol', 'eu-1', '--key', builder.at('eu-1.pub')],
        ...['--repository', `${path.registry.address}/shop/**`, ...trust],
      );
      expect(enrolled).toMatchObject({ status: 0, stdout: 'trust.yaml: eu-1 enrolled\n' });
      const person = await inOffice(
        ...['trust', 'enrol', 'ada@acme.dev', '--person', '--role', 'keeper', '--key', 'ada.pub'],
        ...['--repository', `${path.registry.address}/bases/**`, ...trust],
      );
      expect(person).toMatchObject({ status: 0 });
      const text = readFileSync(office.at('trust.yaml'), 'utf8')
        .replace('sources: []', `sources: ["file://${builder.path}/**"]`)
        // Which bases count is what the person in the role endorsed, as it lies beside them in the registry.
        .replace('endorsers: []', 'endorsers: [keeper]');
      writeFileSync(office.at('trust.yaml'), text);
      copyFileSync(office.at('trust.yaml'), elsewhere.at('trust.yaml'));
      policy = office.at('policy.yaml');
    });

    test.each(applications.map((each) => [each.name, each] as const))(
      '%s: its Dockerfile stands on the base, and what the builder makes of it is pushed, signed, and runs',
      timeout,
      async (name, application) => {
        const folder = path.sources(application);
        const reference = `${repository(application)}:1`;
        const { builtOn, standsOn, kind } = application;
        const made = await inOffice(
          ...['dockerfile', 'init', folder, '--no-mounts', '--run', 'docker', '--image', reference, '--format', 'json'],
          ...['--base', `${builtOn}=${await toolchainImage(builtOn)}`],
          // The catalogue has it for `cc`; it does for what asks for less, too.
          ...(standsOn === 'cc' ? [] : ['--base', `${standsOn}=${base}`]),
        );
        expect(made).toMatchObject({ status: 0, stderr: '' });
        const init = JSON.parse(made.stdout) as { kind: string; run: { text: string }[] };
        expect(init.kind).toBe(kind);
        expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain(`\nFROM ${base}\n`);
        await path.committed(folder);
        const built = await onBuilder(
          ...['build', folder, '-t', reference, '--push', '--builder', builder.at('builder.yaml')],
          // The tests' engine gives steps no network of its own.
          ...['--engine', 'docker', '--network', 'host', '--policy', policy],
          ...['--bases', office.at('bases'), '--db', office.at('db')],
        );
        expect(built.status).toBe(0);
        expect(linesOf(built, /^ (?:PASS|builder|pushed) .*|^base .*/)).toEqual([
          `base ${base.split('@', 1)[0]!} (endorsed, layer 1)`,
          'PASS  policy acme-production, scope default: all 7 rules hold',
          'builder  eu-1',
          `pushed  ${reference}`,
        ]);
        digests.set(name, /^ pushed .*\n +(sha256:[0-9a-f]{64})$/m.exec(built.stdout)![1]!);
        path.forget(reference);
        const container = await runLine(init.run[0]!.text);
        try {
          expect(await container.answer(8080)).toBe(`ahoy from ${name}`);
        } finally {
          await container.remove();
        }
      },
    );

    test('another machine verifies all three by the trust root alone', timeout, async () => {
      for (const application of applications) {
        const verified = await verify(`${repository(application)}:1`);
        expect([verified.status, linesOf(verified, /^ [a-z]+ +pass/)]).toEqual([
          0,
          ['signature  pass', 'identity  pass', 'subject  pass', 'provenance  pass', 'verdict  pass'],
        ]);
        expect(verified.stdout.replace(/\n +/g, ' ')).toContain(
          `on ${base.split('@', 1)[0]!}: debian-12, endorsed by ada@acme.dev as keeper`,
        );
        expect(verified.stdout).toContain('eu-1 of trust root acme');
      }
    });

    test('a flaw in the base names all three', timeout, async () => {
      for (const application of applications) {
        const scanned = await inOffice('scan', `${repository(application)}:1`, '--keep', '--exit-zero');
        expect([scanned.status, scanned.stdout.split('\n')[1]]).toEqual([0, 'base debian-12 (endorsed, layer 1)']);
      }
      const impact = await inOffice('impact', 'CVE-2019-1010022');
      expect([
        impact.status,
        impact.stdout
          .replaceAll(/sha256:[0-9a-f]{12}/g, 'sha256:…')
          .split('\n')
          .slice(0, 9),
      ]).toEqual([
        0,
        [
          'CVE-2019-1010022  negligible',
          'CVE-2019-1010022 in glibc',
          'reaches 3 images and 2 releases of bases, of 5 records',
          '',
          'base debian-12 (endorsed, platform@acme.dev)',
          '├─ sha256:… (endorsed)  libc-bin 2.36-9+deb12u14 +1  no fix yet',
          `│  ├─ ${path.registry.address}/shop/bell:1  from the base`,
          `│  ├─ ${path.registry.address}/shop/buoy:1  from the base`,
          `│  └─ ${path.registry.address}/shop/tide:1  from the base`,
        ],
      ]);
    });

    test('a copy that a laptop built of the very same sources is refused, with the reason', timeout, async () => {
      const [buoy] = applications as readonly [Application];
      const copy = `${repository(buoy)}:laptop`;
      path.forget(copy);
      await path.engine.docker(['build', '--network=host', '-t', copy, builder.at(buoy.name)]);
      await path.engine.docker(['push', copy]);
      const code = async (reference: string): Promise<unknown[]> => {
        const { status, stdout } = await verify(reference);
        return [status, /\(([a-z-]+)\)\n/.exec(stdout)?.[1]];
      };
      expect(await code(copy)).toEqual([2, 'unsigned']);

      // Signed by a key that nobody enrolled.
      const key = ['--key', laptop.at('me.key')];
      await laptop.plimsoll(['trust', 'keygen', laptop.at('me')]);
      const signing = await laptop.plimsoll(['sign', ...key, copy]);
      const id = /with key (sha256:[0-9a-f]{12})/.exec(signing.stdout)![1]!;
      const signed = await verify(copy);
      expect([signed.status, linesOf(signed, /^ signature .*/)]).toEqual([
        2,
        [`signature  FAIL  it names key ${id}, which nobody`],
      ]);
      expect(await code(copy)).toEqual([2, 'unknown-signer']);

      // As a builder it is refused by its own tool, too: nobody says that this machine is one.
      const asBuilder = await laptop.plimsoll(['build', builder.at(buoy.name), '-t', copy, '--push', ...key], {
        env: { DOCKER_HOST: path.engine.host },
      });
      expect([asBuilder.status, asBuilder.stderr.includes('(not-enrolled)')]).toEqual([1, true]);

      // And under the tag of the good one it stays what it is; the good one stays good by its digest.
      const tag = `${repository(buoy)}:1`;
      await path.engine.docker(['tag', copy, tag]);
      await path.engine.docker(['push', tag]);
      expect(await code(tag)).toEqual([2, 'unknown-signer']);
      expect((await verify(`${repository(buoy)}@${digests.get('buoy')!}`)).status).toBe(0);
    });

    test('a policy that asks for builders stops the copy where it would run', timeout, async () => {
      const [buoy] = applications as readonly [Application];
      const gate = elsewhere.at('gate.yaml');
      writeFileSync(
        gate,
        'apiVersion: plimsoll.dev/v1\nkind: Policy\nmetadata: { name: gate }\nrules: { signed-by-builder: fail }\n',
      );
      const scan = (reference: string): Promise<Ran> =>
        elsewhere.plimsoll(['scan', reference, '--policy', gate, '--trust-root', elsewhere.at('trust.yaml')]);
      expect((await scan(`${repository(buoy)}@${digests.get('buoy')!}`)).status).toBe(0);
      const stopped = await scan(`${repository(buoy)}:laptop`);
      expect(stopped.status).toBe(2);
      expect(linesOf(stopped, /^ signed-by-builder .*/)).toEqual([
        "signed-by-builder  1 finding: the policy demands a builder's signature; of what",
      ]);
    });
  },
);
