import type { Permission, RouteName } from '../../src/server/contract/index.ts';
import { permissions } from '../../src/server/contract/index.ts';
import { type Amount, type Asked, day, hour, Refused } from './asked.ts';
import { base, baseDetail, impactOf, searchFor } from './bases.ts';
import { comparison, entry, job, person, policySummary, token, waiversOf } from './deeds.ts';
import { container, fleetOf, sourcesOf, workload } from './inventory.ts';
import { baseNames, detail, digestOf, findings, packages, secrets, summary, time, verdicts } from './images.ts';
import { Random } from './random.ts';
import { settingsAnswers } from './settings.ts';

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
    ...settingsAnswers(amount),
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
        (index) => entry(entries - index, entries),
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
      builtAt: time(3 * hour),
      datedBy: 'newest',
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
