import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { digest, imageOf } from '../../../test/rejudge/fleet-store.ts';
import type { Finding, ImageRecord } from '../../model/index.ts';
import * as api from '../index.ts';

const now = new Date('2026-11-20');

function vulnerability(name: string, owner: 'base' | 'app'): Finding {
  const known = { advisory: 'CVE-2026-1', packageName: name, fix: { state: 'not-fixed' } };
  return { id: `v-${name}`, kind: 'vulnerability', severity: 'high', title: 't', place: { owner }, ...known } as never;
}

describe.each(postgresServers)('whom something reaches, in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  /** Five images with `left`, the first two of which run; the last has it from its base. */
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase() });
    for (let n = 1; n <= 6; n++) {
      const owner = n === 5 ? 'base' : 'app';
      const base = { known: 'layers', name: 'debian-12', layers: 1 };
      const made = imageOf(n, n === 6 ? ['right@1'] : [`left@${n}`], { ...(n > 3 ? { base } : {}) });
      const packages = made.packages.map((found) => ({ ...found, place: { ...found.place, owner } }));
      const record = { ...made, packages } as unknown as ImageRecord;
      await api.keepRecord(store, api.bodiesOf(store), { record, name: `shop/${n}:1`, now });
      await api.noteImage(store, { record, name: `shop/${n}:1`, team: n % 2 === 0 ? 'even' : 'odd' });
      const findings = n === 6 ? [] : [vulnerability('left', owner)];
      await api.noteFindings(store, { record: { ...record, findings }, waived: new Set(), now });
    }
    const host = await api.noteHost(store, { kind: 'docker', name: 'node-1' }, now);
    const containers = [1, 1, 2].map((n, at) => ({
      ...{ id: `c${at}`, name: `cart-${at}`, imageIds: [digest(n)], imageName: 'x', team: 'odd', since: now },
    }));
    await api.noteContainers(store, host, { containers, now });
  });
  afterAll(() => store?.close());

  const subjects: readonly (readonly [string, api.ImpactSubject])[] = [
    ['a finding', { kind: 'finding', names: ['CVE-2026-1', 'GHSA-x'] }],
    ['a package', { kind: 'package', text: 'left' }],
  ];
  test.skipIf(missing).each(subjects)(
    '%s: pages tell each image once, what runs first, and count them all',
    async (_, subject) => {
      const seen: string[] = [];
      let after: string | undefined;
      do {
        const page = await api.readImpact(store, subject, {
          reach: undefined,
          limit: 2,
          ...(after === undefined ? {} : { after }),
        });
        expect(page.totals).toEqual({ images: 5, containers: 3, records: 6 });
        expect(page.owners).toEqual([
          { name: 'odd', images: 3, running: 2, isTeam: true },
          { name: 'even', images: 2, running: 1, isTeam: true },
        ]);
        expect(page.bases).toEqual([{ baseName: 'debian-12', baseDigest: digest(0), images: 1, running: 0 }]);
        expect(page.containers.map(({ name, image }) => [name, image])).toEqual([
          ['cart-0', digest(1)],
          ['cart-1', digest(1)],
          ['cart-2', digest(2)],
        ]);
        seen.push(...page.images.map(({ name, packages, isBase }) => `${name} ${packages[0]?.version} ${isBase}`));
        after = page.next;
      } while (after !== undefined);
      expect(seen).toEqual([
        'shop/1:1 1 false',
        'shop/2:1 2 false',
        'shop/3:1 3 false',
        'shop/4:1 4 false',
        'shop/5:1 5 true',
      ]);
    },
  );

  test.skipIf(missing)('one version of a package, a base, nothing; and for teams what is theirs', async () => {
    const names = async (subject: api.ImpactSubject, reach?: readonly string[]) =>
      (await api.readImpact(store, subject, { reach })).images.map(({ name }) => name);
    expect(await names({ kind: 'package', text: 'left@2' })).toEqual(['shop/2:1']);
    expect(await names({ kind: 'package', text: 'pkg:npm/left@4' })).toEqual(['shop/4:1']);
    expect(await names({ kind: 'base', names: ['debian-12'], digests: [digest(1)] })).toEqual([
      'shop/1:1',
      'shop/4:1',
      'shop/5:1',
      'shop/6:1',
    ]);
    expect(await names({ kind: 'finding', names: ['CVE-2999-1'] })).toEqual([]);
    const theirs = await api.readImpact(store, { kind: 'package', text: 'left' }, { reach: ['even'] });
    expect([theirs.totals.images, theirs.containers, theirs.images.map(({ name }) => name)]).toEqual([
      2,
      [],
      ['shop/2:1', 'shop/4:1'],
    ]);
    const page = api.readImpact(store, { kind: 'package', text: 'left' }, { reach: undefined, after: 'bm9uZQ' });
    await expect(page).rejects.toMatchObject({ code: 'bad-cursor' });
  });

  test.skipIf(missing)('is of another stamp whenever a finding of it comes or goes, and of no other', async () => {
    const subject = { kind: 'finding', names: ['CVE-2026-1'] } as const;
    const stamps: string[] = [];
    const find = (findings: readonly Finding[]) =>
      api.noteFindings(store, { record: { ...imageOf(6, []), findings }, waived: new Set(), now });
    const other = { ...vulnerability('right', 'app'), id: 'v-other', advisory: 'CVE-2026-2' } as Finding;
    for (const findings of [[], [other], [vulnerability('right', 'app')], []]) {
      await find(findings);
      stamps.push(await api.impactStamp(store, subject));
      expect((await api.readImpact(store, subject, { reach: undefined })).stamp).toBe(stamps.at(-1));
    }
    expect([stamps[0] === stamps[1], stamps[1] === stamps[2], stamps[0] === stamps[3]]).toEqual([true, false, true]);
    expect(await api.impactStamp(store, { kind: 'package', text: 'left' })).toBe('');
  });
});
