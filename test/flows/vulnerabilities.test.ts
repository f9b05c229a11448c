import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../cli/plimsoll.ts';
import { noRealImageReason } from '../make/real-images/index.ts';
import { ScanPlace, vulnerabilitiesOf, vulnerabilityLines } from './scan-place.ts';

const images = ['debian', 'node', 'python', 'java', 'go', 'ruby', 'distroless-like'] as const;
const reason = images.map(noRealImageReason).find((each) => each !== undefined);
const skipped = reason === undefined ? '' : ` (skipped: ${reason})`;

describe.skipIf(reason !== undefined)(`known vulnerabilities, with the project's own few advisories${skipped}`, () => {
  const place = new ScanPlace();
  beforeAll(async () => void (await place.importAdvisories()));
  afterAll(() => place.remove());

  const found = async (name: string): Promise<string[]> => vulnerabilityLines(await place.scanReal(name));

  test('of npm, PyPI, Maven, Go and RubyGems packages are found by id with their fixes', async () => {
    expect(await found('node')).toEqual([
      'lodash 4.17.11 CVE-2021-23337 fixed 4.17.21, high (vendor)',
      'minimist 0.0.8 CVE-2021-44906 fixed 0.2.4, critical (vendor)',
    ]);
    expect(await found('python')).toEqual([
      'jinja2 2.10 CVE-2024-22195 fixed 3.1.3, medium (vendor)',
      'requests 2.19.1 CVE-2023-32681 fixed 2.31.0, medium (vendor)',
    ]);
    expect(await found('java')).toEqual([
      'org.apache.commons:commons-text 1.9 CVE-2022-42889 fixed 1.10.0, critical (vendor)',
      'org.apache.commons:commons-text 1.9 CVE-2022-42889 fixed 1.10.0, critical (vendor)',
      'org.apache.logging.log4j:log4j-core 2.14.1 CVE-2021-44228 fixed 2.15.0, critical (vendor)',
      'org.apache.logging.log4j:log4j-core 2.14.1 CVE-2021-44228 fixed 2.15.0, critical (vendor)',
    ]);
    // The toolchain's own library is newer than the fix, and counts as a package of its own.
    expect(await found('go')).toEqual([
      'golang.org/x/net v0.7.0 CVE-2023-39325 fixed 0.17.0, high (vendor)',
      'golang.org/x/net v0.7.0 CVE-2023-39325 fixed 0.17.0, high (vendor)',
    ]);
    // Debian's rack 2.2.22 beside it is not affected; the lock file of an editor's extension, which some of its rubies
    // bring, names npm packages.
    const gems = (await found('ruby')).filter((line) => !line.startsWith('minimist '));
    expect(gems).toEqual(['rack 2.0.1 CVE-2022-30123 fixed 2.0.9.1, critical (vendor)']);
  });

  test('that a Debian release has fixed are not found', async () => {
    expect([await found('debian'), await found('distroless-like')]).toEqual([[], []]);
  });

  test('name every place, other ids, the vector and who exploits them', async () => {
    const record = await place.scanReal('java');
    const log4j = vulnerabilitiesOf(record).filter(({ advisory }) => advisory === 'CVE-2021-44228');
    expect(log4j.map(({ place: at }) => [at.path, at.innerPath, at.layer]).sort()).toEqual([
      ['/opt/app/harbour-ledger.jar', 'BOOT-INF/lib/log4j-core-2.14.1.jar', 2],
      ['/opt/app/lib/log4j-core-2.14.1.jar', undefined, 1],
    ]);
    for (const finding of log4j)
      expect(finding).toMatchObject({
        aliases: expect.arrayContaining(['GHSA-jfh8-c2jp-5v3q']) as unknown,
        cvss: { version: '3.1', score: 10, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H' },
        exploited: { since: '2021-12-10', due: '2021-12-24', ransomware: true },
        ecosystem: 'Maven',
      });
  });

  test('decide the verdict with the rest, and each verdict names what it was made from', async () => {
    const verdicts = [];
    for (const name of images)
      for (const policy of ['production', 'development']) {
        const { verdict } = await place.judge(await place.scanReal(name), policy);
        expect(verdict).toMatchObject({
          databaseDigest: expect.stringMatching(/^sha256:/) as unknown,
          engine: expect.any(String) as unknown,
        });
        const rules = [...new Set(verdict.violations.map(({ rule }) => rule))].sort();
        verdicts.push(`${name} ${policy}: ${[verdict.result, ...rules].join(' ')}`);
      }
    expect(verdicts).toEqual([
      'debian production: fail no-root-user',
      'debian development: pass',
      'node production: fail fixable-severity',
      'node development: pass',
      'python production: fail no-root-user',
      'python development: pass',
      'java production: fail fixable-severity known-exploited',
      'java development: fail known-exploited',
      'go production: fail fixable-severity',
      'go development: pass',
      'ruby production: fail fixable-severity no-root-user',
      'ruby development: pass',
      'distroless-like production: pass',
      'distroless-like development: pass',
    ]);
  });

  test('of packages that the database has nothing for are no pass', async () => {
    const record = await place.scanReal('rust');
    expect(record.advisories).toMatchObject({ covered: ['Debian:12'], uncovered: ['crates.io'] });
    const { verdict } = await place.judge(record, 'production');
    expect([verdict.result, verdict.doubts.filter(({ stops }) => stops !== false).map(({ rule }) => rule)]).toEqual([
      'cannot-tell',
      ['advisory-coverage'],
    ]);
  });
});

const shared = join(root, '../shared/data/advisories');
const corpora = ['alpine-2020', 'crates', 'go', 'rubygems', 'pypi-2024', 'npm-retirejs'].map((name) =>
  join(shared, `${name}.ndjson.gz`),
);
const missing = corpora.find((file) => !existsSync(file));
const noCorpora = missing === undefined ? reason : `there is no ${missing}`;

describe.skipIf(noCorpora !== undefined)(
  `with whole corpora${noCorpora === undefined ? '' : ` (skipped: ${noCorpora})`}`,
  () => {
    const place = new ScanPlace();
    beforeAll(async () => void (await place.importAdvisories(...corpora)));
    afterAll(() => place.remove());

    // What the advisories themselves say, read by hand.
    const known: Readonly<Record<string, readonly (readonly [name: string, id: string, fix: string])[]>> = {
      'alpine-like': [
        ['libcrypto1.1', 'CVE-2019-1551', '1.1.1d-r3'],
        ['libssl1.1', 'CVE-2019-1551', '1.1.1d-r3'],
        ['openssl', 'CVE-2019-1551', '1.1.1d-r3'],
      ],
      rust: [
        ['smallvec', 'CVE-2021-25900', '1.6.1'],
        ['time', 'CVE-2020-26235', '0.2.0'],
        ['regex', 'CVE-2022-24713', '1.5.5'],
      ],
      go: [
        ['golang.org/x/net', 'CVE-2022-41723', 'none'],
        ['golang.org/x/net', 'CVE-2023-39325', '0.17.0'],
      ],
      ruby: [
        ['nokogiri', 'CVE-2017-15412', '1.8.2'],
        ['sinatra', 'CVE-2018-7212', '2.0.1'],
        ['rack', 'CVE-2018-16471', '2.0.6'],
      ],
      python: [
        ['jinja2', 'CVE-2019-10906', '2.10.1'],
        ['urllib3', 'CVE-2018-25091', '1.24.2'],
        ['django', 'CVE-2019-12308', '2.2.2'],
        ['flask', 'CVE-2023-30861', '2.2.5'],
        ['cryptography', 'CVE-2023-23931', '39.0.1'],
      ],
    };

    test.each(Object.entries(known).map(([name, expected]) => [name, expected] as const))(
      '%s has what is known of its packages',
      async (name, expected) => {
        const found = vulnerabilitiesOf(await place.scanReal(name));
        const answers = expected.map(([packageName, id]) => {
          const finding = found.find(
            (each) => each.packageName === packageName && [each.advisory, ...each.aliases].includes(id),
          );
          return [packageName, id, finding?.fix.version ?? 'none'];
        });
        expect(answers).toEqual(expected);
      },
    );

    test('Alpine packages are looked up by their origin, and what the release has fixed is not found', async () => {
      expect(vulnerabilityLines(await place.scanReal('alpine-like'))).toEqual(
        ['libcrypto1.1', 'libssl1.1', 'openssl'].map(
          (name) => `${name} 1.1.1d-r2 CVE-2019-1551 fixed 1.1.1d-r3, unknown (none)`,
        ),
      );
    });

    test('leaves to the distribution what the distribution packaged', async () => {
      const record = await place.scanReal('node');
      const owned = new Set(record.packages.filter(({ ownedBy }) => ownedBy !== undefined).map(({ id }) => id));
      expect(owned.size).toBeGreaterThan(20);
      expect(vulnerabilitiesOf(record).filter(({ packageId }) => owned.has(packageId))).toEqual([]);
      expect(vulnerabilitiesOf(record).some(({ packageName }) => packageName === 'axios')).toBe(true);
    });
  },
);
