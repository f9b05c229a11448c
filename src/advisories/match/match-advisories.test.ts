import { afterEach, describe, expect, test } from 'vitest';
import type { Package } from '../../model/index.ts';
import { makeDatabase, makePackage, ndjson } from '../made-database.ts';
import type { MadeDatabase } from '../made-database.ts';
import { AdvisoryMatcher, matchAdvisories } from './match-advisories.ts';
import type { MatchResult } from './match-advisories.ts';

const made: MadeDatabase[] = [];
afterEach(() => {
  for (const one of made.splice(0)) one.remove();
});

async function match(records: readonly unknown[], packages: readonly Package[], more = {}): Promise<MatchResult> {
  const database = await makeDatabase({ 'records.ndjson': ndjson(...records), ...more });
  made.push(database);
  return matchAdvisories(database.database, { packages });
}

const record = (id: string, affected: unknown, more: object = {}): object => ({
  id,
  modified: '2024-02-02T00:00:00Z',
  published: '2024-01-01T00:00:00Z',
  affected: [affected],
  ...more,
});
const events = (...list: readonly object[]): object => ({ ranges: [{ type: 'ECOSYSTEM', events: list }] });
const npm = (version: string): Package =>
  makePackage({ type: 'npm', name: 'left', version, scheme: 'semver', ecosystem: 'npm' });
const left = (...list: readonly object[]): object => ({
  package: { ecosystem: 'npm', name: 'left' },
  ...events(...list),
});
const hits = async (affected: object, version: string): Promise<boolean> =>
  (await match([record('GHSA-1', affected)], [npm(version)])).findings.length > 0;

test('what is remembered from image to image changes nothing, however little of it there is room for', async () => {
  const affects = (name: string): object => ({
    ...left({ introduced: '0' }, { fixed: '2.0.0' }),
    package: { ecosystem: 'npm', name },
  });
  const database = await makeDatabase({
    'records.ndjson': ndjson(...['a', 'b', 'c'].map((name, i) => record(`GHSA-${i}`, affects(name)))),
  });
  made.push(database);
  const packages = ['a', 'x', 'b', 'a', 'c', 'y', 'a'].map((name, i) => ({
    ...npm('1.0.0'),
    ...{ id: `p${i}`, name, purl: `pkg:npm/${name}@1.0.0` },
  }));
  const [roomy, narrow] = [new AdvisoryMatcher(database.database), new AdvisoryMatcher(database.database, 1)];
  for (const from of [0, 2, 0]) {
    const image = { packages: packages.slice(from) };
    expect(narrow.match(image)).toEqual(roomy.match(image));
    expect(roomy.match(image).findings).toHaveLength(5 - from / 2);
    expect(packages.map((each) => narrow.answerDigest(each))).toEqual(packages.map((each) => roomy.answerDigest(each)));
  }
});

test('a finding says everything that is known of it', async () => {
  const kev = JSON.stringify({
    catalogVersion: '1',
    dateReleased: '2024-03-01T00:00:00Z',
    vulnerabilities: [
      { cveID: 'CVE-2024-1001', dateAdded: '2024-01-05', dueDate: '2024-01-26', knownRansomwareCampaignUse: 'Known' },
    ],
  });
  const epss = '#model_version:v1,score_date:2024-03-02T00:00:00Z\ncve,epss,percentile\nCVE-2024-1001,0.97,0.999\n';
  const { findings, coverage, problems } = await match(
    [
      record('GHSA-aaaa-bbbb-cccc', left({ introduced: '0' }, { fixed: '1.2.0' }), {
        aliases: ['CVE-2024-1001'],
        summary: 'It falls\nover',
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
        references: [
          { type: 'WEB', url: 'https://example.org/web' },
          { type: 'ADVISORY', url: 'https://example.org/advisory' },
        ],
        database_specific: { severity: 'MODERATE' },
      }),
    ],
    [npm('1.1.0')],
    { 'kev.json': kev, 'epss.csv': epss },
  );
  expect(JSON.parse(JSON.stringify(findings))).toEqual([
    {
      kind: 'vulnerability',
      id: 'vulnerability-1b79fdb90c8243a5',
      advisory: 'CVE-2024-1001',
      aliases: ['GHSA-aaaa-bbbb-cccc'],
      packageId: 'npm-left-1.1.0',
      packageName: 'left',
      packageVersion: '1.1.0',
      severity: 'medium',
      severitySource: 'vendor',
      cvss: { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8 },
      title: 'It falls over',
      fix: { state: 'fixed', version: '1.2.0', availableAt: '2024-01-01' },
      exploited: { since: '2024-01-05', due: '2024-01-26', ransomware: true },
      epss: { score: 0.97, percentile: 0.999 },
      published: '2024-01-01',
      modified: '2024-02-02',
      ecosystem: 'npm',
      reference: 'https://example.org/advisory',
      place: { path: '/opt/left', owner: 'app', layer: 1 },
    },
  ]);
  expect(problems).toEqual([]);
  expect(coverage).toMatchObject({ builtAt: '2026-11-23T06:00:00Z', covered: ['npm'], uncovered: [] });
});

describe('ranges', () => {
  test.each([
    ['introduced 0 and fixed', left({ introduced: '0' }, { fixed: '2.0.0' }), '1.9.9', true],
    ['the fixed version itself', left({ introduced: '0' }, { fixed: '2.0.0' }), '2.0.0', false],
    ['a pre-release of the fix', left({ introduced: '0' }, { fixed: '2.0.0' }), '2.0.0-rc.1', true],
    ['before introduced', left({ introduced: '1.0.0' }, { fixed: '2.0.0' }), '0.9.0', false],
    ['at introduced', left({ introduced: '1.0.0' }, { fixed: '2.0.0' }), '1.0.0', true],
    [
      'between two branches',
      left({ introduced: '1.0.0' }, { fixed: '1.5.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }),
      '1.6.0',
      false,
    ],
    [
      'in the second branch',
      left({ introduced: '1.0.0' }, { fixed: '1.5.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }),
      '2.0.5',
      true,
    ],
    [
      'events out of order',
      left({ fixed: '2.1.0' }, { introduced: '2.0.0' }, { fixed: '1.5.0' }, { introduced: '0' }),
      '1.6.0',
      false,
    ],
    ['at last_affected', left({ introduced: '0' }, { last_affected: '1.4.0' }), '1.4.0', true],
    ['above last_affected', left({ introduced: '0' }, { last_affected: '1.4.0' }), '1.4.1', false],
    ['no end', left({ introduced: '0' }), '99.0.0', true],
    ['below the limit', left({ introduced: '1.0.0' }, { limit: '3.0.0' }), '2.9.9', true],
    ['at the limit', left({ introduced: '1.0.0' }, { limit: '3.0.0' }), '3.0.0', false],
    ['limit *', left({ introduced: '1.0.0' }, { limit: '*' }), '3.0.0', true],
    [
      'fixed and introduced again at once',
      left({ introduced: '0' }, { fixed: '1.0.0' }, { introduced: '1.0.0' }, { fixed: '2.0.0' }),
      '1.0.0',
      true,
    ],
    ['a listed version', { package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0', '1.1.0'] }, '1.1.0', true],
    [
      'a version not listed',
      { package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0', '1.1.0'] },
      '1.2.0',
      false,
    ],
    [
      'a Git range alone',
      {
        package: { ecosystem: 'npm', name: 'left' },
        ranges: [{ type: 'GIT', repo: 'https://x.example', events: [{ introduced: '0' }] }],
      },
      '1.0.0',
      false,
    ],
  ] as const)('%s', async (_, affected, version, expected) => {
    expect(await hits(affected, version)).toBe(expected);
  });

  test('several ranges of one package: any of them counts, and the fix is that of the branch', async () => {
    const affected = {
      package: { ecosystem: 'npm', name: 'left' },
      ranges: [
        { type: 'SEMVER', events: [{ introduced: '1.0.0' }, { fixed: '1.5.0' }] },
        { type: 'SEMVER', events: [{ introduced: '2.0.0' }, { fixed: '2.3.0' }] },
      ],
    };
    const { findings } = await match([record('GHSA-1', affected)], [npm('1.2.0'), npm('2.2.0')]);
    expect(
      findings.map(({ packageVersion, kind: _, ...one }) => [packageVersion, 'fix' in one && one.fix.version]),
    ).toEqual([
      ['1.2.0', '1.5.0'],
      ['2.2.0', '2.3.0'],
    ]);
  });

  test('spellings of one version are one where versions are listed', async () => {
    const affected = { package: { ecosystem: 'PyPI', name: 'Left.Pad' }, versions: ['1.0.0'] };
    const installed = makePackage({
      type: 'pypi',
      name: 'left_pad',
      version: '1.0',
      scheme: 'pep440',
      ecosystem: 'PyPI',
    });
    const { findings } = await match([record('PYSEC-1', affected)], [installed]);
    expect(findings.map(({ advisory }) => advisory)).toEqual(['PYSEC-1']);
  });
});

describe('one vulnerability, several advisories', () => {
  test('aliases unite them, transitively; CVE names them; the fix is the one that all agree to', async () => {
    const { findings } = await match(
      [
        record('GHSA-1', left({ introduced: '0' }, { fixed: '1.5.0' }), { aliases: ['CVE-2024-1'] }),
        record('x_OTHER-1', left({ introduced: '0' }, { fixed: '1.6.0' }), { aliases: ['GHSA-1'] }),
        record('x_OTHER-2', left({ introduced: '0' }, { fixed: '1.4.0' })),
      ],
      [npm('1.0.0')],
    );
    expect(findings.map(({ advisory, aliases, fix }) => [advisory, aliases, fix.version])).toEqual([
      ['CVE-2024-1', ['GHSA-1', 'x_OTHER-1'], '1.6.0'],
      ['x_OTHER-2', [], '1.4.0'],
    ]);
  });

  const xen = (source: string): Package =>
    makePackage({
      type: 'deb',
      name: 'xen-utils',
      version: '4.14.5-1+b1',
      scheme: 'deb',
      ecosystem: 'Debian:11',
      source: { name: 'xen', version: source },
    });
  const debian = (fixed: string): object => ({
    package: { ecosystem: 'Debian:11', name: 'xen' },
    ...events({ introduced: '0' }, { fixed }),
  });

  test("a distribution's advisory on several CVEs gives each its own finding, and joins what is known of it", async () => {
    const { findings } = await match(
      [
        record('DSA-1-1', debian('4.14.5-2'), { upstream: ['CVE-2022-1', 'CVE-2022-2'] }),
        record('DEBIAN-CVE-2022-2', debian('4.14.5-2'), { upstream: ['CVE-2022-2'], summary: 'the second' }),
      ],
      [xen('4.14.5-1')],
    );
    expect(findings.map(({ advisory, aliases, title }) => [advisory, aliases, title])).toEqual([
      ['CVE-2022-1', ['DSA-1-1'], 'CVE-2022-1 in xen'],
      ['CVE-2022-2', ['DEBIAN-CVE-2022-2', 'DSA-1-1'], 'the second'],
    ]);
  });

  test('the version of the source package decides, not that of the binary one', async () => {
    const { findings } = await match([record('DSA-1-1', debian('4.14.5-2'))], [xen('4.14.5-2'), xen('4.14.5-1')]);
    expect(findings.map(({ packageName, ecosystem }) => [packageName, ecosystem])).toEqual([
      ['xen-utils', 'Debian:11'],
    ]);
  });

  test('another release is another distribution', async () => {
    const { findings, coverage } = await match(
      [record('DSA-1-1', debian('4.14.5-2'))],
      [{ ...xen('4.14.5-1'), ecosystem: 'Debian:12' }],
    );
    expect([findings, coverage.uncovered]).toEqual([[], ['Debian:12']]);
  });
});

describe('severity and fix state', () => {
  const curl = makePackage({ type: 'deb', name: 'curl', version: '7.88.1-10', scheme: 'deb', ecosystem: 'Debian:12' });
  const open = (more: object): object => ({
    package: { ecosystem: 'Debian:12', name: 'curl' },
    ...events({ introduced: '0' }),
    ...more,
  });
  const v3 = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
  const v4 = 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N';
  const v2 = 'AV:N/AC:L/Au:N/C:P/I:P/A:P';
  const cvss = (...scores: readonly string[]): object => ({
    severity: scores.map((score) => ({
      type: score.startsWith('CVSS:4') ? 'CVSS_V4' : score.startsWith('CVSS:3') ? 'CVSS_V3' : 'CVSS_V2',
      score,
    })),
  });

  test.each([
    [
      'Debian calls it unimportant',
      open({ ecosystem_specific: { urgency: 'unimportant' } }),
      {},
      'negligible',
      'vendor',
      'not-fixed',
    ],
    [
      'not yet assigned says nothing',
      open({ ecosystem_specific: { urgency: 'not yet assigned' } }),
      {},
      'unknown',
      'none',
      'not-fixed',
    ],
    ['end of life', open({ ecosystem_specific: { urgency: 'end-of-life' } }), {}, 'unknown', 'none', 'wont-fix'],
    ['no DSA', open({ database_specific: { tracker_status: 'no-dsa' } }), {}, 'unknown', 'none', 'wont-fix'],
    [
      'the vendor goes before CVSS',
      open({ ecosystem_specific: { urgency: 'low' } }),
      cvss(v3),
      'low',
      'vendor',
      'not-fixed',
    ],
    ['CVSS 4 goes before 3', open({}), cvss(v3, v4), 'medium', 'cvss4', 'not-fixed'],
    ['CVSS 3 goes before 2', open({}), cvss(v2, v3), 'critical', 'cvss3', 'not-fixed'],
    ['CVSS 2', open({}), cvss(v2), 'high', 'cvss2', 'not-fixed'],
    [
      "Ubuntu's priority",
      open({}),
      { severity: [{ type: 'Ubuntu', score: 'medium' }] },
      'medium',
      'vendor',
      'not-fixed',
    ],
  ] as const)('%s', async (_, affected, more, severity, severitySource, state) => {
    const { findings } = await match(
      [record('DEBIAN-CVE-2024-1', affected, { upstream: ['CVE-2024-1'], ...more })],
      [curl],
    );
    expect(findings).toMatchObject([{ advisory: 'CVE-2024-1', severity, severitySource, fix: { state } }]);
  });

  test('where the distribution says nothing, the CVSS vector of another record on the CVE counts, its words do not', async () => {
    const { findings } = await match(
      [
        record('DEBIAN-CVE-2024-1', open({}), { upstream: ['CVE-2024-1'] }),
        record('GHSA-1', left({ introduced: '0' }), {
          aliases: ['CVE-2024-1'],
          ...cvss(v3),
          database_specific: { severity: 'LOW' },
        }),
      ],
      [curl],
    );
    expect(findings).toMatchObject([{ severity: 'critical', severitySource: 'cvss3', aliases: ['DEBIAN-CVE-2024-1'] }]);
  });

  test('a last affected version leaves open what mends it', async () => {
    const { findings } = await match(
      [record('GHSA-1', left({ introduced: '0' }, { last_affected: '1.4.0' }))],
      [npm('1.0.0')],
    );
    expect(findings).toMatchObject([{ fix: { state: 'unknown' } }]);
  });

  test('an open finding in a package that the distribution has given up will not be fixed', async () => {
    const { findings } = await match([record('DEBIAN-CVE-2024-1', open({}))], [curl], {
      'security-support-ended.deb12': '# comment\ncurl 7.88.1-10 2026-01-01 too hard\n',
    });
    expect(findings).toMatchObject([{ fix: { state: 'wont-fix' } }]);
  });
});

test('a version that its scheme can not order is a problem, but only where there are advisories on the package', async () => {
  const odd = makePackage({ type: 'npm', name: 'left', version: 'latest', scheme: 'semver', ecosystem: 'npm' });
  const { findings, problems } = await match(
    [record('GHSA-1', left({ introduced: '0' }))],
    [odd, { ...odd, name: 'right' }, { ...odd, version: '' }],
  );
  expect(findings).toEqual([]);
  expect(problems.map(({ code, hides, path, message }) => [code, hides, path, message])).toEqual([
    [
      'version-not-comparable',
      'advisories',
      '/opt/left',
      "left has the version latest, which is none by semver rules, so the advisories on it can't be judged",
    ],
    [
      'version-not-comparable',
      'advisories',
      '/opt/left',
      "left has no known version, so the advisories on it can't be judged",
    ],
  ]);
});

test("what an operating system's package brought is left to the distribution's advisories", async () => {
  const { findings } = await match(
    [record('GHSA-1', left({ introduced: '0' }))],
    [{ ...npm('1.0.0'), ownedBy: 'deb-left' }],
  );
  expect(findings).toEqual([]);
});

test('Go modules and the standard library match with their own spellings of versions', async () => {
  const go = (name: string, ...list: readonly object[]): object => ({
    package: { ecosystem: 'Go', name },
    ranges: [{ type: 'SEMVER', events: list }],
  });
  const { findings } = await match(
    [
      record('GO-1', go('golang.org/x/net', { introduced: '0' }, { fixed: '0.17.0' })),
      record(
        'GO-2',
        go('stdlib', { introduced: '0' }, { fixed: '1.20.10' }, { introduced: '1.21.0-0' }, { fixed: '1.21.3' }),
      ),
    ],
    [
      makePackage({ type: 'golang', name: 'golang.org/x/net', version: 'v0.16.0', scheme: 'go', ecosystem: 'Go' }),
      makePackage({ type: 'golang', name: 'stdlib', version: 'go1.21rc2', scheme: 'go', ecosystem: 'Go' }),
      makePackage({ type: 'golang', name: 'stdlib', version: 'go1.20.10', scheme: 'go', ecosystem: 'Go' }),
    ],
  );
  expect(findings.map(({ packageName, packageVersion, fix }) => [packageName, packageVersion, fix.version])).toEqual([
    ['golang.org/x/net', 'v0.16.0', '0.17.0'],
    ['stdlib', 'go1.21rc2', '1.21.3'],
  ]);
});

test('RPM advisories match by binary and by source name, and modules only their own kind', async () => {
  const alma = (name: string, fixed: string): object => ({
    package: { ecosystem: 'AlmaLinux:9', name },
    ...events({ introduced: '0' }, { fixed }),
  });
  const { findings } = await match(
    [
      record('ALSA-1', alma('openssl-libs', '1:3.0.7-25.el9'), { related: ['CVE-2023-1', 'CVE-2023-2'] }),
      record('ALSA-2', alma('openssl', '1:3.0.7-26.el9')),
      record('ALSA-3', alma('openssl-libs', '1:3.0.7-99.module_el9+1')),
    ],
    [
      makePackage({
        type: 'rpm',
        name: 'openssl-libs',
        version: '1:3.0.7-24.el9',
        scheme: 'rpm',
        ecosystem: 'AlmaLinux:9',
        source: { name: 'openssl', version: '1:3.0.7-24.el9' },
      }),
    ],
  );
  expect(findings.map(({ advisory, aliases }) => [advisory, aliases])).toEqual([
    ['ALSA-2', []],
    ['CVE-2023-1', ['ALSA-1']],
    ['CVE-2023-2', ['ALSA-1']],
  ]);
});

test('support ends as the end-of-life data say, with long-term support where it is free', async () => {
  const database = await makeDatabase({
    'eol.json': JSON.stringify({
      debian: { releases: [{ releaseCycle: '12', eol: '2026-07-11', eoes: '2028-06-30' }] },
      'alpine-linux': {
        releases: [
          { releaseCycle: '3.1', eol: '2017-01-01' },
          { releaseCycle: '3.19', eol: '2025-11-01' },
        ],
      },
      ubuntu: { releases: [{ releaseCycle: '22.04', eol: '2027-04-01', eoes: '2032-04-09' }] },
    }),
  });
  made.push(database);
  const ends = (id: string, version: string): string | undefined =>
    matchAdvisories(database.database, {
      packages: [],
      operatingSystem: { id, version, place: { owner: 'base' } },
    }).coverage.supportEnd;
  expect([
    ends('debian', '12.11'),
    ends('alpine', '3.19.1'),
    ends('ubuntu', '22.04'),
    ends('debian', '1'),
    ends('plan9', '4'),
  ]).toEqual(['2028-06-30', '2025-11-01', '2027-04-01', undefined, undefined]);
});

test('the order of packages and records changes nothing', async () => {
  const records = [
    record('GHSA-1', left({ introduced: '0' }, { fixed: '1.5.0' }), { aliases: ['CVE-2024-1'] }),
    record('GHSA-2', left({ introduced: '0' }, { fixed: '1.6.0' }), { aliases: ['CVE-2024-2'] }),
  ];
  const packages = [npm('1.0.0'), npm('1.1.0')];
  const one = await match(records, packages);
  const other = await match(records.toReversed(), packages.toReversed());
  expect(JSON.stringify(one)).toBe(JSON.stringify(other));
});
