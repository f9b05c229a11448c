import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord } from '../../../test/make/record.ts';
import type { Finding } from '../../model/index.ts';
import * as api from '../index.ts';
import { noteLives } from './finding-lives.ts';

const day = (n: number): Date => new Date(Date.UTC(2026, 10, n));
const image = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;
const found = (name: string): Finding =>
  makeRecord({ findings: [{ kind: 'vulnerability', id: name, advisory: name, fix: { state: 'fixed' } }] }).findings[0]!;

describe.each(postgresServers)('lives of the findings of many images, in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase() });
  });
  afterAll(() => store?.close());

  test.skipIf(missing)('end each in its own image, and only where all that is there now was told', async () => {
    const [a, b, none] = [found('CVE-A'), found('CVE-B'), new Set<string>()];
    const all = [1, 2, 3].map((n) => ({ image: image(n), changed: [a, b], waived: new Set(n === 2 ? ['CVE-A'] : []) }));
    await noteLives(store, all, day(1));
    const next = [
      { image: image(1), changed: [], present: [b], waived: none },
      { image: image(2), changed: [], present: [], waived: none },
      { image: image(3), changed: [], waived: none },
    ];
    await noteLives(store, next, day(2));
    const ends = async (n: number) =>
      (await api.findingsOf(store, image(n))).map(({ name, goneAt }) => `${name} ${goneAt?.slice(8, 10) ?? 'open'}`);
    expect(await Promise.all([1, 2, 3].map(ends))).toEqual([
      ['CVE-A 02', 'CVE-B open'],
      ['CVE-A 02', 'CVE-B 02'],
      ['CVE-A open', 'CVE-B open'],
    ]);
    const pasts = await Promise.all([1, 2, 3].map((n) => api.findingPasts(store, image(n))));
    expect(pasts.map((list) => list.map(({ finding, state }) => `${finding} ${state}`))).toEqual([
      [],
      ['CVE-A waived'],
      [],
    ]);
  });
});
