import type { BaseDetail, BaseSummary, Impact } from '../../src/server/contract/index.ts';
import { baseNames, digestOf, summary, teams, time } from './images.ts';
import { type Amount, day, hour, Refused } from './asked.ts';
import { container, counts } from './inventory.ts';

export function base(index: number, images: number): BaseSummary {
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

export function baseDetail(name: string, images: number): BaseDetail {
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

export function impactOf(q: string, images: number): Impact {
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
    owners:
      reached === 0 ? [] : teams.map((name, index) => ({ name, images: 8 - index, running: 20 - index, isTeam: true })),
    totals: {
      images: images > 1000 ? reached * 30 : reached,
      containers: images > 1000 ? reached * 100 : reached,
      records: images,
    },
    caveats: reached === 0 ? [] : ['3 running images have no record: what is in them is not known'],
  };
}

export function searchFor(q: string, amount: Amount): unknown {
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
