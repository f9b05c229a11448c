import type {
  BaseDetail,
  BaseSummary,
  Container,
  Fleet,
  Impact,
  Job,
  LedgerEntry,
  Permission,
  RouteName,
  Source,
  Waiver,
  Workload,
} from '../../src/server/contract/index.ts';
import { permissions, type AnyResult } from '../../src/server/contract/index.ts';
import {
  baseNames,
  detail,
  digestOf,
  environments,
  findings,
  packages,
  secrets,
  summary,
  teams,
  time,
  verdicts,
} from './images.ts';
import { Random } from './random.ts';

/** How much the stand-in has. */
export type Amount = 'nothing' | 'little' | 'many';

export interface Asked {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What is answered with a status of its own. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const day = 86_400_000;
const hour = 3_600_000;
const results: readonly AnyResult[] = ['pass', 'pass', 'pass', 'pass', 'fail', 'cannot-tell', 'unknown'];
const person = { kind: 'human', name: 'ada@example.com', known: 'oidc:https://accounts.example.com' } as const;
const pipeline = { kind: 'automation', name: 'ci-main', known: 'token:ci-main' } as const;
const policy = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata:
  name: production
  description: What images in production must be like.
extends: production

rules:
  fixable-severity: { effect: fail, atLeast: high, fixedForDays: 14 }
  image-size: warn
`;

type Answers = Partial<Record<RouteName, (asked: Asked) => unknown>>;

/** Answers in the contract's form, without a store behind them: the same question has the same answer. */
export function answersOf(amount: Amount): Answers {
  const images = { nothing: 0, little: 14, many: 100_000 }[amount];
  const containers = { nothing: 0, little: 23, many: 40_000 }[amount];
  const entries = { nothing: 0, little: 40, many: 100_000 }[amount];
  const indexes = new Map<string, number>();
  const indexOf = (digest: string): number => {
    if (indexes.size === 0) for (let index = 0; index < images; index += 1) indexes.set(digestOf(index), index);
    const index = indexes.get(digest);
    if (index === undefined) throw new Refused(404, `there is no record of ${digest}`);
    return index;
  };
  const sources = sourcesOf(amount);
  const waivers = waiversOf(amount);
  return {
    getMe: () => ({
      actor: person,
      displayName: 'Ada Lovelace',
      roles: ['admin'],
      permissions: [...permissions] satisfies Permission[],
      csrfToken: 'stand-in',
    }),
    getLogIn: () => ({
      loggedIn: false,
      setup: false,
      providers: [{ name: 'Example accounts', startUrl: '/v1/session/oidc/start' }],
    }),
    logOut: () => undefined,
    getFleet: ({ query }) => fleetOf(amount, query.get('environment') ?? undefined, sources, images),
    listImages: ({ query }) =>
      paged(images, query, summary, (image) => {
        const text = query.get('q');
        const verdict = query.get('verdict');
        const team = query.get('team');
        const base = query.get('base');
        const running = query.get('running');
        return (
          (text === null || image.name.includes(text) || image.digest.startsWith(text)) &&
          (verdict === null || image.verdict === verdict) &&
          (team === null || image.team === team) &&
          (base === null || image.base?.name === base) &&
          (running === null || image.running > 0 === (running === 'true'))
        );
      }),
    getImage: ({ params }) => detail(indexOf(params.digest!)),
    getRecord: () => ({}),
    listVerdicts: ({ params }) => ({ items: verdicts(indexOf(params.digest!)) }),
    listFindings: ({ params, query }) => {
      const all = findings(indexOf(params.digest!), amount === 'many' ? 3000 : 60);
      return {
        items: all.filter(
          ({ kind, severity, owner, place, name, packageName }) =>
            (query.get('kind') ?? kind) === kind &&
            (query.get('severity') ?? severity) === severity &&
            (query.get('owner') ?? owner) === owner &&
            (query.get('layer') ?? String(place.layer)) === String(place.layer) &&
            `${name} ${packageName ?? ''}`.includes(query.get('q') ?? ''),
        ),
      };
    },
    listPackages: ({ params, query }) => ({
      items: packages(indexOf(params.digest!), amount === 'many' ? 5000 : 200).filter(
        ({ name, place }) => name.includes(query.get('q') ?? '') && (query.get('owner') ?? place.owner) === place.owner,
      ),
    }),
    listSecrets: ({ params }) => (indexOf(params.digest!) % 2 === 0 ? { items: secrets() } : { items: [] }),
    listExecutables: () => ({
      items: ['/usr/bin/su', '/usr/bin/passwd', '/usr/bin/java', '/srv/start.sh'].map((path, index) => ({
        place: { path, layer: index < 2 ? 0 : 3, owner: index < 3 ? 'base' : 'app' },
        sha256: new Random(index).hex(64),
        sizeBytes: 40_000 + index * 1000,
        mode: index < 2 ? 0o4755 : 0o755,
        setuid: index < 2,
        setgid: false,
        kind: index === 3 ? 'script' : 'elf',
        links: index === 2 ? ['/usr/local/bin/java'] : [],
      })),
    }),
    listHistory: () => ({
      items: [
        {
          at: time(2 * hour),
          kind: 'verdict',
          what: 'CVE-2026-1234 is fixed in libssl3 3.0.14',
          scope: 'default',
          from: 'pass',
          to: 'fail',
        },
        {
          at: time(3 * day),
          kind: 'tag',
          what: 'named shop/cart:1.8.2',
          reference: 'registry.example.com/shop/cart:1.8.2',
        },
        { at: time(3 * day), kind: 'scan', what: 'scanned by ci-main' },
      ],
    }),
    listImageContainers: ({ params }) => {
      const image = summary(indexOf(params.digest!));
      return { items: Array.from({ length: Math.min(image.running, 40) }, (_, index) => container(index)) };
    },
    getProvenance: () => ({
      hops: [
        {
          kind: 'commit',
          known: true,
          who: 'ada@example.com',
          when: time(4 * day),
          detail: 'commit 9f3c01a of git.example.com/shop/cart, branch main',
        },
        {
          kind: 'builder',
          known: true,
          who: 'builder-eu-1',
          when: time(4 * day - hour),
          detail: 'built by a trusted builder, reproducible',
        },
        { kind: 'signature', known: false, detail: 'nobody has signed it' },
        { kind: 'registry', known: true, when: time(3 * day), detail: 'registry.example.com/shop/cart:1.8.2' },
        { kind: 'containers', known: true, detail: '12 containers in production' },
      ],
    }),
    compareImages: ({ params }) => comparison(params.a!, params.b!),
    requestScan: ({ body }) => job(0, String(body.reference), 'queued'),
    listScans: ({ query }) =>
      paged(
        amount === 'nothing' ? 0 : 12,
        query,
        (index) => job(index, summary(index).name),
        () => true,
      ),
    getScan: ({ params }) => job(1, 'registry.example.com/shop/cart:1.8.2', params.id === 'job-0' ? 'running' : 'done'),
    cancelScan: () => job(0, 'registry.example.com/shop/cart:1.8.2', 'cancelled'),
    listContainers: ({ query }) =>
      paged(
        containers,
        query,
        container,
        (item) =>
          (query.get('verdict') ?? item.verdict) === item.verdict &&
          (query.get('environment') ?? item.environment) === item.environment &&
          item.name.includes(query.get('q') ?? ''),
      ),
    listWorkloads: ({ query }) =>
      paged(Math.ceil(containers / 4), query, workload, ({ name }) => name.includes(query.get('q') ?? '')),
    getWorkload: ({ params }) => ({
      ...workload(Number(params.id!.replace(/\D/g, ''))),
      timeline: [
        { at: time(hour), kind: 'start', what: 'container cart-7d4 started', image: digestOf(0) },
        { at: time(2 * hour), kind: 'verdict', what: 'its image turned from pass to fail: CVE-2026-1234' },
        { at: time(day), kind: 'change', what: 'replicas 2 → 4' },
      ],
      current: [container(0), container(1)],
    }),
    listSources: () => ({ items: sources }),
    addSource: ({ body }) => ({ ...sourcesOf('little')[0]!, name: String(body.name), state: 'new' }),
    changeSource: ({ params }) => sources.find(({ id }) => id === params.id),
    removeSource: () => undefined,
    listBases: () => ({ items: amount === 'nothing' ? [] : baseNames.map((_, index) => base(index, images)) }),
    getBase: ({ params }) => baseDetail(params.name!, images),
    getImpact: ({ query }) => impactOf(query.get('q')!, images),
    search: ({ query }) => searchFor(query.get('q')!, amount),
    listPolicies: () => ({ items: amount === 'nothing' ? [] : [policySummary(3)] }),
    getPolicy: ({ params, query }) => {
      if (amount === 'nothing' || params.name !== 'production')
        throw new Refused(404, `there is no policy ${params.name}`);
      return { ...policySummary(Number(query.get('version') ?? 3)), text: policy };
    },
    listPolicyVersions: () => ({ items: [3, 2, 1].map((version) => policySummary(version)) }),
    putPolicy: ({ body }) => ({ ...policySummary(4), text: String(body.text) }),
    checkPolicy: ({ body }) => ({
      errors: String(body.text).includes('fixedForDayz')
        ? [
            {
              line: 9,
              column: 50,
              message: 'fixable-severity has no setting fixedForDayz',
              hint: 'fixedForDays is meant?',
            },
          ]
        : [],
      scopes: ['default', 'development'],
    }),
    simulatePolicy: () => ({
      stopped: amount === 'nothing' ? 0 : 3,
      released: amount === 'nothing' ? 0 : 1,
      unchanged: images === 0 ? 0 : images - 4,
      cost: { images: 3, containers: 14, workloads: 4, teams: ['shop', 'pay'] },
      list:
        amount === 'nothing'
          ? []
          : [0, 1, 2, 3].map((index) => ({
              image: digestOf(index),
              name: summary(index).name,
              scope: 'default',
              from: index === 3 ? 'fail' : 'pass',
              to: index === 3 ? 'pass' : 'fail',
              why: 'CVE-2026-1234 (high) has had a fix for 8 days; allowed: 7',
              running: index * 4,
            })),
    }),
    listWaivers: ({ query }) => ({
      items: waivers.filter(({ state }) => (query.get('state') ?? state) === state),
    }),
    requestWaiver: () => waiversOf('little')[0],
    approveWaiver: () => waiversOf('little')[1],
    refuseWaiver: () => waiversOf('little')[1],
    withdrawWaiver: () => waiversOf('little')[1],
    listLedger: ({ query }) =>
      paged(
        entries,
        query,
        (index) => entry(entries - index),
        (item) =>
          (query.get('actorKind') ?? item.actor.kind) === item.actor.kind &&
          item.actor.name.includes(query.get('actor') ?? '') &&
          item.action.startsWith(query.get('action') ?? ''),
      ),
    verifyLedger: () => ({
      ledger: 'ledger-4f1a',
      result: 'intact',
      entries,
      faults: [],
      root: new Random(1).hex(64),
      lastHash: new Random(2).hex(64),
      head: {
        size: entries,
        key: 'plimsoll-1',
        checkpoint: `plimsoll.dev/ledger-4f1a\n${entries}\n${new Random(1).hex(44)}\n`,
        signature: new Random(3).hex(88),
      },
      checkedAt: time(0),
    }),
    getAdvisories: () =>
      amount === 'nothing'
        ? { present: false, ecosystems: [] }
        : {
            present: true,
            databaseDigest: `sha256:${'ab12'.repeat(16)}`,
            builtAt: time(6 * hour),
            ageHours: 6,
            advisories: 412_388,
            ecosystems: [
              { name: 'Debian:12', advisories: 41_233 },
              { name: 'npm', advisories: 21_877 },
            ],
          },
    importAdvisories: () => ({
      read: 1200,
      changed: 44,
      judged: 310,
      turned: 2,
      databaseDigest: `sha256:${'cd34'.repeat(16)}`,
    }),
    listTokens: () => ({ items: amount === 'nothing' ? [] : [token()] }),
    makeToken: ({ body }) => ({ ...token(), name: String(body.name), secret: `plm_${new Random(9).hex(40)}` }),
    revokeToken: () => undefined,
    listPeople: () => ({
      items: [
        {
          id: 'p1',
          name: person.name,
          displayName: 'Ada Lovelace',
          known: person.known,
          roles: ['admin'],
          disabled: false,
          firstSeen: time(90 * day),
          lastSeen: time(hour),
        },
      ],
    }),
    changePerson: () => ({
      id: 'p1',
      name: person.name,
      displayName: 'Ada Lovelace',
      known: person.known,
      roles: ['admin'],
      disabled: false,
      firstSeen: time(90 * day),
    }),
  };
}

function paged<T>(
  total: number,
  query: URLSearchParams,
  make: (index: number) => T,
  keep: (item: T) => boolean,
): { items: T[]; next?: string } {
  const limit = Number(query.get('limit') ?? 100);
  const items: T[] = [];
  let index = Number(query.get('cursor') ?? 0);
  for (; index < total && items.length < limit; index += 1) {
    const item = make(index);
    if (keep(item)) items.push(item);
  }
  return index < total ? { items, next: String(index) } : { items };
}

function counts(seed: number, most: number): { pass: number; fail: number; cannotTell: number; unknown: number } {
  const random = new Random(seed);
  return {
    pass: random.below(most),
    fail: random.below(most / 6),
    cannotTell: random.below(most / 12),
    unknown: random.below(most / 15),
  };
}

function fleetOf(amount: Amount, environment: string | undefined, sources: readonly Source[], images: number): Fleet {
  const scale = { nothing: 0, little: 12, many: 30_000 }[amount];
  const shown = environments.filter((name) => environment === undefined || environment === name);
  if (amount === 'nothing')
    return {
      environments: [],
      turned: [],
      oldest: [],
      coverage: { sources: [], images: { known: 0, unknown: 0 } },
      trend: [],
      totals: { images: 0, containers: 0, sources: 0, policies: 0 },
    };
  return {
    environments: shown.map((name, index) => ({
      name,
      containers: counts(index + 1, scale / (index + 1)),
      workloads: counts(index + 7, scale / 4 / (index + 1)),
      hosts: 3 + index,
    })),
    turned: Array.from({ length: amount === 'many' ? 60 : 3 }, (_, index) => ({
      image: digestOf(index),
      name: summary(index).name,
      scope: 'default',
      from: index % 3 === 1 ? 'fail' : 'pass',
      to: index % 3 === 1 ? 'pass' : index % 5 === 0 ? 'cannot-tell' : 'fail',
      at: time(index * 17 * 60_000),
      why:
        index % 3 === 1
          ? 'openssl 3.0.14 closes CVE-2024-6119'
          : 'CVE-2026-1234 in libssl3 (high) has had a fix for 15 days; allowed: 14',
      environments: ['production'],
      running: (index * 7) % 13,
    })),
    oldest: teams.map((team, index) => ({
      owner: `team ${team}`,
      layer: index % 2 === 0 ? 'app' : 'base',
      finding: `CVE-2025-${1000 + index}`,
      severity: index === 0 ? 'critical' : 'high',
      firstSeen: time((120 - index * 20) * day),
      firstFixable: time((90 - index * 15) * day),
      images: 4 + index,
      running: 9 * index,
    })),
    coverage: {
      sources: sources.map(({ name, kind, lastSeen, state }) => ({ name, kind, lastSeen, silent: state === 'silent' })),
      images: { known: images, unknown: 3 },
    },
    trend: Array.from({ length: 30 }, (_, index) => ({
      day: time((29 - index) * day).slice(0, 10),
      ...counts(100 + (index >> 2), scale),
    })),
    totals: { images, containers: scale, sources: sources.length, policies: 1 },
  };
}

function container(index: number): Container {
  const random = new Random(index + 11);
  const image = summary(index % 14);
  const verdict = random.one(results);
  return {
    id: `container-${index}`,
    name: `${image.name.replace(/^.*\/(.*):.*$/, '$1')}-${random.hex(9)}`,
    host: `node-${index % 40}.eu.example.com`,
    hostKind: index % 3 === 0 ? 'docker' : 'kubernetes',
    ...(index % 3 === 0
      ? {}
      : { workload: { id: `workload-${index >> 2}`, kind: 'Deployment', name: 'cart', namespace: 'shop' } }),
    ...(verdict === 'unknown' ? {} : { image: image.digest }),
    imageName: image.name,
    verdict,
    environment: environments[index % 3]!,
    team: teams[index % teams.length]!,
    labels: {},
    since: time((index % 900) * hour),
    lastSeen: time(60_000),
    silent: index % 40 === 7,
  };
}

function workload(index: number): Workload {
  return {
    id: `workload-${index}`,
    host: 'cluster-eu',
    hostKind: 'kubernetes',
    namespace: teams[index % teams.length]!,
    kind: 'Deployment',
    name: `service-${index}`,
    environment: environments[index % 3]!,
    team: teams[index % teams.length]!,
    labels: { app: `service-${index}` },
    since: time(index * hour),
    containers: counts(index, 12),
    verdict: results[index % results.length]!,
  };
}

function sourcesOf(amount: Amount): Source[] {
  if (amount === 'nothing') return [];
  return [
    {
      id: 's1',
      kind: 'docker',
      name: 'build-1',
      address: 'unix:///var/run/docker.sock',
      environment: 'development',
      enabled: true,
      secrets: [],
      state: 'connected',
      lastSeen: time(20_000),
      containers: 9,
      addedAt: time(40 * day),
    },
    {
      id: 's2',
      kind: 'kubernetes',
      name: 'cluster-eu',
      address: 'https://10.0.0.1:6443',
      environment: 'production',
      enabled: true,
      secrets: ['token', 'ca'],
      state: 'connected',
      lastSeen: time(5000),
      containers: 412,
      addedAt: time(90 * day),
    },
    {
      id: 's3',
      kind: 'docker',
      name: 'edge-7',
      address: 'https://10.1.0.7:2376',
      environment: 'production',
      enabled: true,
      secrets: ['clientKey'],
      state: 'silent',
      message: 'connect ETIMEDOUT 10.1.0.7:2376',
      lastSeen: time(9 * hour),
      containers: 2,
      addedAt: time(60 * day),
    },
  ];
}

function base(index: number, images: number): BaseSummary {
  return {
    name: baseNames[index]!,
    description: `${baseNames[index]} of the platform team`,
    purpose: index === 1 ? 'java' : 'plain',
    owner: 'team platform',
    source: 'debian:12',
    state: index === 2 ? 'deprecated' : 'endorsed',
    supportEnd: '2028-06-30',
    channels: ['stable', '12'],
    releases: 4,
    newest: {
      digest: digestOf(900_000 + index),
      added: time((index + 1) * 6 * day),
      sizeBytes: 75_000_000,
      verdict: index === 2 ? 'fail' : 'pass',
      state: 'endorsed',
    },
    children: counts(index + 60, images / 4),
    running: images * 2 * index,
  };
}

function baseDetail(name: string, images: number): BaseDetail {
  const index = baseNames.findIndex((known) => known === name);
  if (index < 0) throw new Refused(404, `there is no base ${name}`);
  const releases = [0, 1, 2].map((number) => digestOf(900_000 + index + number * 100));
  return {
    ...base(index, images),
    releaseList: releases.map((digest, number) => ({
      digest,
      platform: 'linux/amd64',
      reference: `debian:12.${15 - number}`,
      added: time((number + 1) * 20 * day),
      sizeBytes: 75_000_000,
      state: number === 0 ? 'endorsed' : 'deprecated',
      verdict: number === 0 ? 'pass' : 'fail',
      endorsedBy: 'ada@example.com',
      endorsedAt: time((number + 1) * 20 * day - hour),
      children: 14 - number * 4,
    })),
    history: [
      { at: time(20 * day), by: 'ada@example.com', what: 'endorsed', release: releases[0]!, why: 'OpenSSL 3.0.14' },
      { at: time(40 * day), by: 'ada@example.com', what: 'deprecated', release: releases[1]!, why: 'CVE-2024-6119' },
    ],
    childList: Array.from({ length: Math.min(30, images) }, (_, number) => {
      const image = summary(number);
      return {
        digest: image.digest,
        name: image.name,
        release: releases[number % 3]!,
        verdict: image.verdict,
        running: image.running,
      };
    }),
  };
}

function impactOf(q: string, images: number): Impact {
  const reached = q.startsWith('none') ? 0 : Math.min(images, 40);
  return {
    query: q,
    kind: q.startsWith('CVE') ? 'advisory' : 'package',
    advisories: q.startsWith('CVE')
      ? [
          {
            id: q,
            aliases: ['GHSA-aaaa-bbbb-cccc'],
            title: 'openssl: type confusion when names are compared',
            severity: 'high',
            exploitedSince: '2026-11-20',
          },
        ]
      : [],
    bases:
      reached === 0
        ? []
        : [0, 1].map((index) => ({
            name: baseNames[index]!,
            owner: 'team platform',
            state: 'endorsed',
            images: 9,
            running: 30,
          })),
    images: Array.from({ length: reached }, (_, index) => {
      const { digest, name, team, verdict, running } = summary(index);
      return {
        digest,
        name,
        team,
        verdict,
        base: 'debian-12',
        via: index % 2 === 0 ? 'base' : 'app',
        packages: [
          {
            name: 'libssl3',
            version: '3.0.11-1~deb12u2',
            purl: 'pkg:deb/debian/libssl3@3.0.11',
            owner: 'base',
            severity: 'high',
            fixedIn: '3.0.14-1~deb12u2',
          },
        ],
        running,
      };
    }),
    containers: Array.from({ length: reached }, (_, index) => {
      const { id, name, host, environment } = container(index);
      return { id, name, host, environment, image: digestOf(index) };
    }),
    owners: reached === 0 ? [] : teams.map((name, index) => ({ name, images: 8 - index, running: 20 - index })),
    totals: { images: reached * 30, containers: reached * 100, records: images },
    caveats: reached === 0 ? [] : ['3 running images have no record: what is in them is not known'],
  };
}

function searchFor(q: string, amount: Amount): unknown {
  if (amount === 'nothing' || q.startsWith('none')) return { query: q, groups: [] };
  return {
    query: q,
    groups: [
      {
        kind: 'images',
        items: [0, 1, 2].map((index) => ({
          id: digestOf(index),
          name: summary(index).name,
          detail: summary(index).verdict,
        })),
      },
      { kind: 'findings', items: [{ id: 'CVE-2024-6119', name: 'CVE-2024-6119', detail: 'high, 12 images' }] },
      { kind: 'bases', items: [{ id: 'debian-12', name: 'debian-12', detail: 'endorsed' }] },
    ],
  };
}

function policySummary(version: number): Record<string, unknown> {
  return {
    name: 'production',
    version,
    digest: `sha256:${'1a2b3c4d'.repeat(8)}`,
    scopes: ['default', 'development'],
    active: true,
    writtenBy: 'ada@example.com',
    writtenAt: time((5 - version) * 9 * day),
    why: 'fixes within two weeks',
  };
}

function waiversOf(amount: Amount): Waiver[] {
  if (amount === 'nothing') return [];
  const common = {
    owner: 'team shop',
    image: digestOf(0),
    requestedBy: 'grace@example.com',
    requestedAt: time(2 * day),
  } as const;
  const text =
    '- id: old-zlib\n  rule: fixable-severity\n  finding: CVE-2023-45853\n  package: zlib1g\n  owner: shop\n  reason: minizip is not built\n';
  return [
    { ...common, id: 'old-zlib', state: 'requested', text, reason: 'minizip is not built', covers: 3 },
    {
      ...common,
      id: 'lodash-in-tests',
      state: 'approved',
      text,
      reason: 'only the tests load it',
      expires: time(-5 * day),
      decidedBy: 'ada@example.com',
      decidedAt: time(day),
      decision: 'true, I looked',
      covers: 2,
    },
    { ...common, id: 'curl-cli', state: 'expired', text, reason: 'not reachable', expires: time(5 * day), covers: 0 },
  ];
}

function entry(sequence: number): LedgerEntry {
  const random = new Random(sequence);
  const kinds = [
    { action: 'container.start', subject: { kind: 'container', name: `cart-${random.hex(9)}` }, actor: pipeline },
    {
      action: 'verdict.turn',
      subject: { kind: 'image', name: digestOf(sequence % 14) },
      actor: { kind: 'automation', name: 'plimsoll', known: 'local-user' },
    },
    {
      action: 'policy.change',
      subject: { kind: 'policy', name: 'production' },
      actor: person,
      why: 'fixes within two weeks',
    },
    {
      action: 'waiver.approve',
      subject: { kind: 'waiver', name: 'lodash-in-tests' },
      actor: person,
      why: 'true, I looked',
    },
    { action: 'image.scan', subject: { kind: 'image', name: digestOf(sequence % 14) }, actor: pipeline },
  ] as const;
  return {
    sequence,
    time: time((100_000 - sequence) * 400_000),
    from: '10.0.4.17',
    details: { version: sequence },
    previous: new Random(sequence - 1).hex(64),
    hash: random.hex(64),
    ...kinds[sequence % 5]!,
  };
}

function job(index: number, reference: string, state?: Job['state']): Job {
  const known = state ?? (index === 0 ? 'running' : index === 1 ? 'failed' : 'done');
  return {
    id: `job-${index}`,
    state: known,
    reference,
    progress: { stage: 'layers', doneBytes: 61_000_000, totalBytes: 203_000_000 },
    tries: 1,
    ...(known === 'done' ? { image: digestOf(index) } : {}),
    ...(known === 'failed'
      ? { error: { code: 'image-not-found', message: `${reference} is not in the registry`, hint: 'check the tag' } }
      : {}),
    requestedBy: index % 2 === 0 ? pipeline : person,
    requestedAt: time(index * 600_000),
  };
}

function token(): Record<string, unknown> {
  return {
    id: 't1',
    name: 'ci-main',
    prefix: 'plm_7f3a',
    kind: 'automation',
    owner: 'ada@example.com',
    scopes: ['read', 'scan', 'record.write'],
    createdAt: time(20 * day),
    expiresAt: time(-70 * day),
    lastUsedAt: time(hour),
  };
}

function comparison(a: string, b: string): unknown {
  const side = (digest: string, sizeBytes: number): unknown => ({
    digest,
    sizeBytes,
    layers: 9,
    packages: 340,
    executables: 300,
    findings: 44,
  });
  return {
    from: side(a, 250_000_000),
    to: side(b, 241_000_000),
    packages: {
      added: [{ name: 'left-pad', version: '1.3.0', type: 'npm', owner: 'app' }],
      removed: [{ name: 'curl', version: '7.88.1', type: 'deb', owner: 'base' }],
      changed: [{ name: 'lodash', type: 'npm', from: '4.17.20', to: '4.17.21', owner: 'app' }],
    },
    findings: {
      new: [
        { id: 'v1', name: 'CVE-2026-1234', severity: 'high', title: 'libssl3: type confusion', cause: 'newly-known' },
      ],
      gone: [{ id: 'v2', name: 'CVE-2021-23337', severity: 'high', title: 'lodash: command injection' }],
    },
    configuration: [{ what: 'user', from: 'root', to: '1000' }],
    executables: { added: 1, removed: 4, changed: 2 },
    caveats: [],
  };
}
