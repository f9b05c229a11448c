import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord } from '../../../test/make/record.ts';
import type { Finding, Severity } from '../../model/index.ts';
import * as api from '../index.ts';

const day = (n: number): Date => new Date(Date.UTC(2026, 9, n));
const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

function vulnerability(name: string, severity: Severity, state: 'fixed' | 'not-fixed'): Finding {
  const found = { id: `v-${name}`, kind: 'vulnerability', advisory: name, aliases: [], severity, packageName: 'left' };
  return { ...found, fix: { state }, place: { owner: 'app' }, title: name } as unknown as Finding;
}

describe.each(postgresServers)('the time that fixes take, in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase() });
  });
  afterAll(() => store?.close());

  const made = (n: number, findings: readonly Finding[]) => {
    const record = makeRecord({ findings });
    return { ...record, image: { ...record.image, digest: digest(n) as never } };
  };
  /** An image of that name is scanned and found to have these; its tag names it from then on. */
  const scan = async (n: number, name: string, at: number, findings: readonly Finding[], team?: string) => {
    const record = made(n, findings);
    await api.keepRecord(store, api.bodiesOf(store), { record, name, now: day(at) });
    await api.noteImage(store, { record, name, team });
    const [repository, tag] = name.split(':') as [string, string];
    await api.moveTag(store, { repository, tag, image: digest(n), now: day(at) });
    await look(n, at, findings);
  };
  const look = (n: number, at: number, findings: readonly Finding[], waived: readonly string[] = []) =>
    api.noteFindings(store, { record: made(n, findings), waived: new Set(waived), now: day(at) });
  const told = async (more: Partial<api.FixQuery> = {}) => {
    const query = { reach: undefined, kind: 'vulnerability', since: day(1), until: day(31), ...more } as const;
    return (await api.timeToFix(store, query)).map((each) => {
      const { fromFirstSeen: seen, fromFirstFixable: fixable, open, openFixable, waived } = each;
      const of = ({ count, medianDays, p90Days }: api.DaysOf) => `${count} ${medianDays ?? '-'} ${p90Days ?? '-'}`;
      const who = each.isTotal ? 'all' : (each.team ?? 'nobody');
      return `${who} ${each.severity ?? 'all'}: seen ${of(seen)}; fixable ${of(fixable)}; open ${of(open)} ${open.oldestDays ?? '-'}, ${openFixable} fixable, ${waived} waived`;
    });
  };

  test.skipIf(missing)('counts a finding of a repository from the first image that has it to the last', async () => {
    expect(await told()).toEqual(['all all: seen 0 - -; fixable 0 - -; open 0 - - -, 0 fixable, 0 waived']);
    const [one, two] = [vulnerability('CVE-1', 'high', 'not-fixed'), vulnerability('CVE-2', 'low', 'fixed')];
    await scan(1, 'r.example/shop/cart:1', 1, [one, two], 'shop');
    await look(1, 5, [vulnerability('CVE-1', 'high', 'fixed'), two]);
    // Another build under the same tag: it still has one of them, so that nothing but the other is fixed.
    await scan(2, 'r.example/shop/cart:1', 9, [vulnerability('CVE-1', 'high', 'fixed')], 'shop');
    await scan(3, 'r.example/desk/lamp:1', 11, [vulnerability('CVE-1', 'high', 'fixed')]);
    await scan(4, 'r.example/desk/lamp:1', 12, []);
    expect(await told()).toEqual([
      'shop high: seen 0 - -; fixable 0 - -; open 1 30 30 30, 1 fixable, 0 waived',
      'shop low: seen 1 8 8; fixable 1 8 8; open 0 - - -, 0 fixable, 0 waived',
      'nobody high: seen 1 1 1; fixable 1 1 1; open 0 - - -, 0 fixable, 0 waived',
      'all high: seen 1 1 1; fixable 1 1 1; open 1 30 30 30, 1 fixable, 0 waived',
      'all low: seen 1 8 8; fixable 1 8 8; open 0 - - -, 0 fixable, 0 waived',
      'all all: seen 2 1 8; fixable 2 1 8; open 1 30 30 30, 1 fixable, 0 waived',
    ]);

    await look(2, 13, [vulnerability('CVE-1', 'high', 'fixed')], ['v-CVE-1']);
    expect((await told({ team: 'shop', severity: 'high' }))[0]).toBe(
      'shop high: seen 0 - -; fixable 0 - -; open 0 - - -, 0 fixable, 1 waived',
    );
    // A container runs on after the tag has moved: what runs is not fixed.
    const host = await api.noteHost(store, { kind: 'docker', name: 'node-1' }, day(13));
    const container = { id: 'c', name: 'c', imageIds: [digest(2)], imageName: 'cart', since: day(13) };
    await api.noteContainers(store, host, { containers: [container], now: day(13) });
    await scan(5, 'r.example/shop/cart:1', 15, [], 'shop');
    await look(2, 15, [vulnerability('CVE-1', 'high', 'fixed')]);
    expect((await told({ team: 'shop', severity: 'high' }))[0]).toBe(
      'shop high: seen 0 - -; fixable 0 - -; open 1 30 30 30, 1 fixable, 0 waived',
    );
    await api.noteContainers(store, host, { containers: [], now: day(21) });
    expect((await told({ team: 'shop', severity: 'high' }))[0]).toBe(
      'shop high: seen 1 20 20; fixable 1 16 16; open 0 - - -, 0 fixable, 0 waived',
    );
  });

  test.skipIf(missing)('tells of a time, of a kind, and of those alone that are reached', async () => {
    expect((await told({ since: day(10), until: day(20) })).at(-1)).toBe(
      'all all: seen 1 1 1; fixable 1 1 1; open 1 19 19 19, 1 fixable, 0 waived',
    );
    expect((await told({ reach: ['shop'] })).at(-1)).toBe(
      'all all: seen 2 8 20; fixable 2 8 16; open 0 - - -, 0 fixable, 0 waived',
    );
    for (const nothing of [{ reach: ['other'] }, { kind: 'secret' as const }, { team: 'none' }])
      expect(await told(nothing)).toEqual(['all all: seen 0 - -; fixable 0 - -; open 0 - - -, 0 fixable, 0 waived']);
  });
});
