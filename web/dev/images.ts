import type {
  AnyResult,
  ImageDetail,
  ImageFinding,
  ImagePackage,
  ImageSummary,
  KeptVerdict,
  Result,
  Severity,
} from '../../src/server/contract/index.ts';
import { Random } from './random.ts';

/** Images as a server might have them, by their number: the same number is the same image. */

const now = Date.parse('2026-11-26T06:00:00.000Z');
const day = 86_400_000;
const repositories = [
  'shop/cart',
  'shop/checkout',
  'pay/ledger-api',
  'pay/cards',
  'search/indexer',
  'web/front',
  'ops/backup',
];
export const teams = ['shop', 'pay', 'search', 'web', 'ops'] as const;
export const environments = ['production', 'staging', 'development'] as const;
export const baseNames = ['debian-12', 'debian-12-java17', 'alpine-3.19', 'node-24', 'static'] as const;
const results: readonly Result[] = ['pass', 'pass', 'pass', 'fail', 'fail', 'cannot-tell'];
const severities: readonly Severity[] = [
  'critical',
  'high',
  'high',
  'medium',
  'medium',
  'medium',
  'low',
  'negligible',
  'unknown',
];
const names = [
  'libssl3',
  'zlib1g',
  'lodash',
  'golang.org/x/net',
  'log4j-core',
  'pyyaml',
  'openssl',
  'curl',
  'libxml2',
  'minimist',
];

export function time(agoMs: number): string {
  return new Date(now - agoMs).toISOString();
}

export function digestOf(index: number): string {
  return `sha256:${new Random(index * 7919 + 1).hex(64)}`;
}

export function summary(index: number): ImageSummary {
  const random = new Random(index * 31 + 7);
  const repository = repositories[index % repositories.length]!;
  const name = `registry.example.com/${repository}:1.${Math.floor(index / 7) % 100}.${index % 11}`;
  const verdict: AnyResult = random.one(results);
  const base = random.one(baseNames);
  const count = (most: number): number => (verdict === 'pass' ? 0 : random.below(most));
  return {
    digest: digestOf(index),
    name,
    references: [name, `${name}-${random.hex(7)}`],
    platform: 'linux/amd64',
    os: 'Debian 12.15',
    verdict,
    verdicts: scopesOf(verdict).map(([scope, result]) => ({
      scope,
      result,
      since: time(random.below(30) * day + 3_600_000),
      judgedAt: time(3_600_000),
      policy: { name: 'production', digest: `sha256:${'1a2b3c4d'.repeat(8)}` },
      violations: result === 'pass' ? 0 : 1 + random.below(9),
    })),
    findings: {
      critical: count(4),
      high: count(12),
      medium: random.below(40),
      low: random.below(60),
      negligible: random.below(20),
      unknown: random.below(3),
    },
    base: {
      name: base,
      digest: digestOf(900_000 + baseNames.indexOf(base)),
      state: base === 'alpine-3.19' ? 'deprecated' : 'endorsed',
    },
    owner: `team ${teams[index % teams.length]!}`,
    team: teams[index % teams.length]!,
    sizeBytes: 40_000_000 + random.below(900_000_000),
    layers: 9,
    packages: 120 + random.below(400),
    problems: verdict === 'cannot-tell' ? 1 : 0,
    running: random.below(3) === 0 ? random.below(40) : 0,
    keptAt: time((index % 4000) * 600_000),
    judgedAt: time(3_600_000),
    ...(index % 17 === 0 ? { stale: { databaseAgeHours: 31 } } : {}),
  };
}

function scopesOf(verdict: AnyResult): readonly (readonly [string, Result])[] {
  if (verdict === 'unknown') return [];
  return [
    ['default', verdict],
    ['development', verdict === 'fail' ? 'pass' : verdict],
  ];
}

export function detail(index: number): ImageDetail {
  const random = new Random(index * 13 + 3);
  const image = summary(index);
  const sizes = [75, 8, 0.1, 31, 0.01, 12, 120, 0.4, 3].map((mega) => Math.round(mega * 1e6 * (0.5 + random.next())));
  const instructions = [
    'ADD rootfs.tar.xz /',
    'RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates openssl',
    'ENV LANG=C.UTF-8',
    'RUN apt-get install -y openjdk-17-jre-headless',
    'WORKDIR /srv',
    'COPY package.json package-lock.json /srv/',
    'RUN npm ci --omit=dev',
    'COPY . /srv',
    'RUN rm /srv/.env && chown -R 1000 /srv',
  ];
  return {
    ...image,
    sizeBytes: sizes.reduce((sum, size) => sum + size, 0),
    engine: 'plimsoll 0.1.0',
    created: time(20 * day),
    configDigest: `sha256:${random.hex(64)}`,
    layerList: sizes.map((sizeBytes, layer) => ({
      index: layer,
      diffId: `sha256:${random.hex(64)}`,
      sizeBytes,
      instruction: instructions[layer],
      fromBase: layer < 4,
      packages: [88, 12, 0, 40, 0, 0, 210, 1, 0][layer]!,
      executables: [240, 4, 0, 60, 0, 0, 3, 1, 0][layer]!,
      findings: image.verdict === 'pass' && layer > 3 ? 0 : [14, 3, 0, 6, 0, 0, 22, 2, 0][layer]!,
      ...(layer === 0 || layer === 6 ? { worst: layer === 0 ? ('high' as const) : ('critical' as const) } : {}),
    })),
    mends:
      image.verdict === 'pass'
        ? []
        : [
            { command: 'rebuild on debian-12-java17@sha256:71c4ab02', closes: 9, owner: 'base' },
            { command: 'npm install lodash@4.17.21', closes: 3, owner: 'app' },
            { command: 'add .env to .dockerignore, rebuild, revoke the key', closes: 1, owner: 'app' },
          ],
    configuration: {
      user: '1000',
      entrypoint: ['java', '-jar'],
      cmd: ['/srv/cart.jar', '--port', '8080'],
      workingDir: '/srv',
      env: ['PATH=/usr/local/bin:/usr/bin', 'LANG=C.UTF-8', 'DATABASE_PASSWORD=…'],
      exposedPorts: ['8080/tcp'],
      volumes: [],
    },
    labels: { 'org.opencontainers.image.source': 'https://git.example.com/shop/cart', team: image.team ?? '' },
    tags: [{ repository: 'registry.example.com/shop/cart', tag: '1.8.2', since: time(3 * day) }],
    problemList:
      image.problems === 0
        ? []
        : [
            {
              code: 'archive-too-deep',
              message: 'archives nested deeper than 8',
              path: '/opt/legacy/app.jar',
              layer: 6,
              source: 'java',
              hides: 'packages',
            },
          ],
    operatingSystem: { name: 'Debian', version: '12.15', supportEnd: '2028-06-30' },
    baseKnown: 'layers',
    advisories: { databaseDigest: `sha256:${random.hex(64)}`, builtAt: time(6 * 3_600_000) },
    statistics: {
      visibleBytes: 210_000_000,
      hiddenBytes: 41_000_000,
      visibleFiles: 9214,
      filesSearchedForSecrets: 8120,
    },
  };
}

export function findings(index: number, many: number): ImageFinding[] {
  const random = new Random(index + 99);
  const list = Array.from({ length: many }, (_, number): ImageFinding => {
    const severity = random.one(severities);
    const owner = random.below(2) === 0 ? 'base' : 'app';
    const name = random.one(names);
    return {
      id: `vulnerability-${random.hex(16)}`,
      kind: 'vulnerability',
      name: `CVE-20${20 + random.below(7)}-${10_000 + number}`,
      severity,
      title: `${name}: memory is read behind the end of a buffer when a certificate is parsed`,
      place: {
        path: owner === 'base' ? '/var/lib/dpkg/status' : `/srv/node_modules/${name}/package.json`,
        layer: owner === 'base' ? 0 : 6,
        owner,
        instruction: owner === 'base' ? 'ADD rootfs.tar.xz /' : 'RUN npm ci --omit=dev',
      },
      owner,
      aliases: [`GHSA-${random.hex(4)}-${random.hex(4)}-${random.hex(4)}`],
      packageId: random.hex(16),
      packageName: name,
      packageVersion: `3.0.${random.below(20)}-1~deb12u2`,
      fix:
        random.below(3) === 0
          ? { state: 'not-fixed' }
          : { state: 'fixed', version: '3.0.14-1~deb12u2', availableAt: '2026-10-02' },
      cvss: { version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8 },
      ...(number % 23 === 0 ? { exploited: { since: '2026-10-10', due: '2026-12-01' } } : {}),
      epss: { score: random.next() ** 6, percentile: random.next() },
      published: '2026-09-01',
      reference: 'https://security-tracker.debian.org/tracker/CVE-2024-6119',
      ecosystem: 'Debian:12',
      ...(severity === 'critical' || severity === 'high'
        ? { mend: 'rebuild on debian-12-java17@sha256:71c4ab02' }
        : {}),
      rules: severity === 'critical' || severity === 'high' ? ['fixable-severity'] : [],
      firstSeen: time(random.below(90) * day),
      firstFixable: time(random.below(40) * day),
    };
  });
  list.push(...secrets());
  const order = ['critical', 'high', 'medium', 'low', 'negligible', 'unknown'];
  return list.sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
}

export function secrets(): ImageFinding[] {
  return [
    {
      id: 'secret-5f3a9c1100aa22bb',
      kind: 'secret',
      name: 'aws-access-key-id',
      severity: 'high',
      title: 'AWS access key id',
      place: {
        ...{ path: '/srv/cart/.env', line: 3, layer: 7, owner: 'app', deletedIn: 8 },
        // One word without an end to break it at.
        instruction: `COPY --from=${'sources_of_the_cart_'.repeat(4)}2026 . /srv`,
      },
      owner: 'app',
      redacted: 'AKIA…3F7Q',
      mend: 'add .env to .dockerignore, rebuild, revoke the key',
      rules: ['no-secrets'],
      firstSeen: time(3 * day),
    },
  ];
}

export function packages(index: number, many: number): ImagePackage[] {
  const random = new Random(index + 5);
  return Array.from({ length: many }, (_, number): ImagePackage => {
    const owner = number % 3 === 0 ? 'app' : 'base';
    const type = owner === 'app' ? 'npm' : 'deb';
    const name = `${random.one(names)}${number}`;
    return {
      id: random.hex(16),
      type,
      name,
      version: `1.${random.below(30)}.${random.below(9)}`,
      purl: `pkg:${type}/${name}@1.0`,
      licenses: [random.one(['MIT', 'Apache-2.0', 'GPL-2.0-or-later', 'BSD-3-Clause'])],
      evidence: 'installed',
      sizeBytes: random.below(9_000_000),
      place: {
        path: owner === 'app' ? '/srv/node_modules' : '/var/lib/dpkg/status',
        layer: owner === 'app' ? 6 : 0,
        owner,
      },
      findings: random.below(8) === 0 ? 1 + random.below(4) : 0,
    };
  }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function verdicts(index: number): KeptVerdict[] {
  const image = summary(index);
  const bad = findings(index, 60).filter(({ rules }) => rules.length > 0);
  return image.verdicts.map(({ scope, result, since, judgedAt, policy }) => ({
    since,
    judgedAt,
    verdict: {
      result,
      imageDigest: image.digest,
      policy,
      scope,
      databaseDigest: `sha256:${'ab12'.repeat(16)}`,
      engine: 'plimsoll 0.1.0',
      rules: ['fixable-severity', 'known-exploited', 'no-secrets', 'no-root-user', 'nothing-unread', 'image-age'].map(
        (rule) => ({
          rule,
          result:
            result === 'fail' && (rule === 'fixable-severity' || rule === 'no-secrets')
              ? 'fail'
              : result === 'cannot-tell' && rule === 'nothing-unread'
                ? 'cannot-tell'
                : 'pass',
          count: 0,
        }),
      ),
      violations:
        result !== 'fail'
          ? []
          : bad.map((finding) => ({
              id: `v-${finding.id}`,
              rule: finding.rules[0]!,
              findingId: finding.id,
              severity: finding.severity,
              what: `${finding.name}  ${finding.packageName ?? finding.title} ${finding.packageVersion ?? ''} → ${finding.fix?.version ?? 'no fix'}`,
              why: 'fixed for 55 days; allowed: 14 days from the fix',
              owner: finding.owner,
              ...(finding.mend === undefined ? {} : { mend: finding.mend }),
              place: finding.place,
              waiver: `- id: waive-${finding.name.toLowerCase()}\n  rule: ${finding.rules[0]!}\n  finding: ${finding.name}\n  owner: team\n  reason: ''\n  expires: 2026-12-26\n`,
            })),
      warnings: [],
      doubts:
        result === 'cannot-tell'
          ? [
              {
                rule: 'nothing-unread',
                what: '/opt/legacy/app.jar could not be read',
                mend: 'plimsoll scan --max-depth 16',
              },
            ]
          : [],
      waived: [],
      endedWaivers: [],
    },
  }));
}
