import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cartRecord } from '../../../test/make/cart-image.ts';
import { postgresServers } from '../../../test/make/postgres.ts';
import { advisory, day, ndjson } from '../../../test/rejudge/fleet-store.ts';
import { makeDatabase, type MadeDatabase } from '../../advisories/made-database.ts';
import { Rejudger } from '../../flows/rejudge/index.ts';
import { seedPolicies } from '../../flows/keep-image/index.ts';
import type { ImageRecord } from '../../model/index.ts';
import { bodiesOf, keepRecord, listImages, noteImage, openStore, type Store } from '../../server-store/index.ts';
import { CurrentFindings } from './current-findings.ts';

describe('what the advisories of now say of a kept record', () => {
  let store: Store;
  let database: MadeDatabase;
  const record = withNpm(cartRecord());
  beforeAll(async () => {
    store = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
    await seedPolicies(store);
    database = await makeDatabase({
      'a.ndjson': ndjson(advisory('CVE-2026-1', 'left'), advisory('CVE-2026-2', 'right')),
    });
    await keepRecord(store, bodiesOf(store), { record, name: 'shop/cart:1', now: day(1) });
    await noteImage(store, { record, name: 'shop/cart:1' });
  });
  afterAll(async () => {
    await store?.close();
    database?.remove();
  });

  const row = async () => (await listImages(store, { reach: undefined, sort: 'name' })).items[0]!;

  test('is told from what is kept to judge by as from the whole record', async () => {
    const findings = new CurrentFindings(store, database.path);
    const whole = await findings.of(record);
    expect(whole.findings.flatMap((each) => (each.kind === 'vulnerability' ? each.advisory : []))).toEqual(
      expect.arrayContaining(['CVE-2026-1', 'CVE-2026-2']),
    );
    const first = await findings.brief(await row());
    expect([first.isWhole, first.record]).toEqual([true, whole]);
    const rejudger = new Rejudger(store, { databasePath: database.path });
    await rejudger.run(() => day(2));
    rejudger.close();
    const { isWhole, record: brief } = await findings.brief(await row());
    expect(isWhole).toBe(false);
    const places = ({ packages }: ImageRecord) =>
      packages.map(({ id, name, version, place }) => [id, name, version, place]);
    expect(places(brief)).toEqual(places(whole));
    expect({ ...brief, packages: [], executables: [] }).toEqual({ ...whole, packages: [], executables: [] });
    findings.close();
  });

  test('counts the executables of each layer as the record has them', async () => {
    const counts = record.layers.map(
      ({ index }) => record.executables.filter(({ place }) => place.layer === index).length,
    );
    expect(counts.some((n) => n > 0)).toBe(true);
    expect((await row()).executables).toEqual(counts);
  });

  test('is as it was made where there is no database', async () => {
    const findings = new CurrentFindings(store, '/nowhere/advisories.db');
    expect(await findings.brief(await row())).toEqual({ record, isWhole: true });
  });
});

function withNpm(record: ImageRecord): ImageRecord {
  const added = ['left', 'right'].map((name, i) => ({
    ...{ id: `npm${i}`, type: 'npm', name, version: '1.0.0', purl: `pkg:npm/${name}@1.0.0`, scheme: 'semver' },
    ...{ ecosystem: 'npm', licenses: ['MIT'], evidence: 'installed', cataloger: 'npm' },
    place: { path: `/srv/node_modules/${name}/package.json`, layer: 4, owner: 'app' },
  }));
  return { ...record, packages: [...record.packages, ...added] as never };
}
