import type { AnyResult, Container, Fleet, ResultCounts, Source, Workload } from '../../src/server/contract/index.ts';
import { digestOf, environments, summary, teams, time } from './images.ts';
import { type Amount, day, hour } from './asked.ts';
import { Random } from './random.ts';

const results: readonly AnyResult[] = ['pass', 'pass', 'pass', 'pass', 'fail', 'cannot-tell', 'unknown'];

export function counts(seed: number, most: number): ResultCounts {
  const random = new Random(seed);
  return {
    pass: random.below(most),
    fail: random.below(most / 6),
    cannotTell: random.below(most / 12),
    unknown: random.below(most / 15),
  };
}

export function fleetOf(
  amount: Amount,
  environment: string | undefined,
  sources: readonly Source[],
  images: number,
): Fleet {
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

export function container(index: number): Container {
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

export function workload(index: number): Workload {
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

export function sourcesOf(amount: Amount): Source[] {
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
