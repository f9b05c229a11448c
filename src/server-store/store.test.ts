import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../test/make/postgres.ts';
import { makeRecord } from '../../test/make/record.ts';
import type { Finding, ImageRecord, Package, Verdict } from '../model/index.ts';
import * as api from './index.ts';

const day = (n: number): Date => new Date(Date.UTC(2026, 10, n));
const digest = (n: number): string => `sha256:${n.toString(16).padStart(64, '0')}`;

function pack(name: string, version: string, more: Partial<Package> = {}): Package {
  return {
    id: `${name}-${version}`,
    type: 'deb',
    name,
    version,
    purl: `pkg:deb/debian/${name}@${version}`,
    scheme: 'deb',
    ecosystem: 'Debian:13',
    licenses: [],
    evidence: 'installed',
    cataloger: 'dpkg',
    place: { layer: 0, owner: 'base' },
    ...more,
  };
}

function record(n: number, more: object = {}): ImageRecord {
  const made = makeRecord(more);
  return { ...made, image: { ...made.image, digest: digest(n) as never } };
}

function vulnerability(id: string, state: 'fixed' | 'not-fixed'): Finding {
  return {
    kind: 'vulnerability',
    id: `vulnerability-${id}`,
    advisory: id,
    aliases: [],
    title: id,
    severity: 'high',
    severitySource: 'vendor',
    packageId: 'openssl',
    packageName: 'openssl',
    packageVersion: '3.0.11',
    ecosystem: 'Debian:13',
    fix: { state },
    place: { layer: 0, owner: 'base' },
  };
}

function verdict(n: number, result: Verdict['result'], more: Partial<Verdict> = {}): Verdict {
  return {
    result,
    imageDigest: digest(n),
    policy: { name: 'production', digest: digest(900) },
    scope: 'production',
    databaseDigest: digest(800),
    engine: 'plimsoll 0.1.0',
    rules: [],
    violations: [],
    warnings: [],
    doubts: [],
    waived: [],
    endedWaivers: [],
    ...more,
  };
}

describe.each(postgresServers)('the store in $name', ({ missing, freshDatabase }) => {
  let store: api.Store;
  let bodies: api.Bodies;
  beforeAll(async () => {
    if (missing !== undefined) return;
    store = await api.openStore({ databaseUrl: await freshDatabase() });
    bodies = api.bodiesOf(store);
  });
  afterAll(() => store?.close());

  test.skipIf(missing)('is not taken to be there where the database is empty', async () => {
    const options = { databaseUrl: await freshDatabase(), mustExist: true };
    for (let tries = 0; tries < 2; tries++)
      await expect(api.openStore(options)).rejects.toMatchObject({ code: 'store-missing' });
    await (await api.openStore({ ...options, mustExist: false })).close();
    await (await api.openStore(options)).close();
  });

  test.skipIf(missing)('keeps records whole and once, and finds images by the packages that they have', async () => {
    const openssl = pack('libssl3', '3.0.11', { source: { name: 'openssl', version: '3.0.11' } });
    const hidden = pack('gone', '1', { place: { layer: 0, owner: 'base', deletedIn: 1 } });
    const first = record(1, { packages: [openssl, pack('Zope_Interface', '5.0'), hidden] });
    const second = record(2, { packages: [openssl, pack('bash\0\ud800', '5.2')] });
    for (const [each, name] of [
      [first, 'shop/cart:1'],
      [second, 'shop/base:1'],
      [first, 'shop/cart:2'],
    ] as const)
      await api.keepRecord(store, bodies, { record: each, name, now: day(1) });
    expect(await api.getRecord(store, bodies, digest(1))).toEqual(first);
    expect(await api.getRecord(store, bodies, digest(3))).toBeUndefined();
    expect((await store.db.selectFrom('body').select('digest').execute()).length).toBe(2);
    const found = await api.packagesCalled(store, 'openssl');
    expect(found.map(({ name, version, source }) => ({ name, version, source }))).toEqual([
      { name: 'libssl3', version: '3.0.11', source: { name: 'openssl', version: '3.0.11' } },
    ]);
    expect(await api.imagesWithPackages(store, [found[0]!.id])).toEqual([digest(1), digest(2)]);
    expect((await api.packagesCalled(store, 'zope-interface')).map(({ name }) => name)).toEqual(['Zope_Interface']);
    expect(await api.packagesCalled(store, 'gone')).toEqual([]);
    // Scanned again without it: no longer found by it.
    await api.keepRecord(store, bodies, { record: record(2), name: 'shop/base:1', now: day(2) });
    const both = await api.packagesOfNames(store, ['libssl3', 'openssl', 'bash']);
    expect(
      await api.imagesWithPackages(
        store,
        both.map(({ id }) => id),
      ),
    ).toEqual([digest(1)]);
    const walked: string[] = [];
    for await (const part of api.allImages(store)) walked.push(...part);
    expect(walked).toEqual([digest(1), digest(2)]);
  });

  test.skipIf(missing)('says by its digest that a body was altered', async () => {
    const kept = await bodies.put(Buffer.from('a record'));
    expect(kept).toBe('sha256:9b700ce8298dbf0750b1d83f36b0733424d6fcce95f86bc5a456b5eb0296697e');
    expect((await bodies.get(kept))?.toString()).toBe('a record');
    const { zstdCompressSync } = await import('node:zlib');
    await store.db
      .updateTable('body')
      .set({ content: zstdCompressSync('another') })
      .where('digest', '=', kept)
      .execute();
    await expect(bodies.get(kept)).rejects.toMatchObject({ code: 'body-unreadable' });
    await store.db
      .updateTable('body')
      .set({ content: Buffer.from('no zstd') })
      .where('digest', '=', kept)
      .execute();
    await expect(bodies.get(kept)).rejects.toMatchObject({ code: 'body-unreadable' });
    await store.db.deleteFrom('body').where('digest', '=', kept).execute();
  });

  test.skipIf(missing)(
    'keeps verdicts as history that grows with what changes, not with how often is looked',
    async () => {
      const keep = (each: Verdict, n: number) =>
        api.keepVerdict(store, { verdict: each, scope: 'production', now: day(n) });
      expect(await keep(verdict(1, 'pass'), 1)).toEqual({ kind: 'first' });
      expect(await keep(verdict(1, 'pass', { databaseDigest: digest(801) }), 2)).toEqual({
        kind: 'same',
        before: 'pass',
      });
      const doubt = { rule: 'known-vulnerabilities', what: 'advisories are too old' };
      expect(await keep(verdict(1, 'fail', { doubts: [doubt] }), 3)).toEqual({ kind: 'turned', before: 'pass' });
      expect(await keep(verdict(1, 'fail'), 4)).toEqual({ kind: 'changed', before: 'fail' });
      await keep(verdict(2, 'cannot-tell'), 4);
      const history = await api.verdictHistory(store, digest(1), {});
      expect(history.items.map(({ result, since, judgedAt, until }) => [result, since, judgedAt, until])).toEqual([
        ['fail', '2026-11-04T00:00:00.000Z', '2026-11-04T00:00:00.000Z', null],
        ['fail', '2026-11-03T00:00:00.000Z', '2026-11-03T00:00:00.000Z', '2026-11-04T00:00:00.000Z'],
        ['pass', '2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z', '2026-11-03T00:00:00.000Z'],
      ]);
      expect((await api.currentVerdict(store, digest(1), 'production'))?.verdict).toEqual(verdict(1, 'fail'));
      expect(await api.countVerdicts(store, 'production')).toEqual({ pass: 0, fail: 1, 'cannot-tell': 1 });
    },
  );

  test.skipIf(missing)('knows to which image a tag pointed, and when', async () => {
    const tag = { repository: 'registry.acme.dev/shop/cart', tag: '1' };
    expect(await api.moveTag(store, { ...tag, image: digest(1), now: day(1) })).toBeUndefined();
    expect(await api.moveTag(store, { ...tag, image: digest(1), now: day(2) })).toBeUndefined();
    expect(await api.moveTag(store, { ...tag, image: digest(2), now: day(3) })).toBe(digest(1));
    expect(await api.moveTag(store, { ...tag, now: day(5) })).toBe(digest(2));
    expect(await api.tagHistory(store, tag.repository, tag.tag)).toEqual([
      { ...tag, image: digest(2), since: '2026-11-03T00:00:00.000Z', until: '2026-11-05T00:00:00.000Z' },
      { ...tag, image: digest(1), since: '2026-11-01T00:00:00.000Z', until: '2026-11-03T00:00:00.000Z' },
    ]);
    expect(await api.tagsOf(store, digest(2))).toEqual([]);
  });

  test.skipIf(missing)('keeps every version of a policy, and lets one of two writers through', async () => {
    const write = (text: string, basedOn: number) =>
      api.writeDocument(store, { kind: 'policy', name: 'production', text, writtenBy: 'ada@example.com', basedOn });
    await write('first', 0);
    const both = await Promise.allSettled([write('mine', 1), write('yours', 1)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(write('too late', 1)).rejects.toMatchObject({ code: 'document-changed' });
    await expect(write('too early', 7)).rejects.toMatchObject({ code: 'document-changed' });
    expect((await api.documentHistory(store, 'policy', 'production')).map(({ version }) => version)).toEqual([2, 1]);
    expect((await api.readDocument(store, 'policy', 'production', 1))?.text).toBe('first');
    expect((await api.listDocuments(store, 'policy')).map(({ name, version }) => [name, version])).toEqual([
      ['production', 2],
    ]);
    expect(await api.listDocuments(store, 'base')).toEqual([]);
  });

  test.skipIf(missing)('tells the lives of findings: first seen, first fixable, waived, gone, and back', async () => {
    const note = (n: number, findings: readonly Finding[], waived: readonly string[] = []) =>
      api.noteFindings(store, { record: record(1, { findings }), waived: new Set(waived), now: day(n) });
    const lives = async () =>
      (await api.findingsOf(store, digest(1))).map(({ name, firstSeen, firstFixable, waivedSince, goneAt }) =>
        [name, firstSeen, firstFixable, waivedSince, goneAt]
          .map((each) => each?.replace(/^2026-11-0?|T.*$/g, '') ?? '-')
          .join(' '),
      );
    await note(1, [vulnerability('CVE-1', 'not-fixed'), vulnerability('CVE-2', 'fixed')]);
    await note(3, [vulnerability('CVE-1', 'fixed'), vulnerability('CVE-2', 'fixed')], ['vulnerability-CVE-2']);
    expect(await lives()).toEqual(['CVE-1 1 3 - -', 'CVE-2 1 1 3 -']);
    await note(5, [vulnerability('CVE-1', 'fixed')]);
    expect(await lives()).toEqual(['CVE-1 1 3 - -', 'CVE-2 1 1 - 5']);
    await note(6, [vulnerability('CVE-2', 'fixed')]);
    expect(await lives()).toEqual(['CVE-1 1 3 - 6', 'CVE-2 1 1 - -']);
    const past = async () =>
      (await api.findingPasts(store, digest(1))).map(({ finding, state, since, until }) =>
        [finding.slice(-5), state, since, until].map((each) => each.replace(/^2026-11-0?|T.*$/g, '')).join(' '),
      );
    // Gone while it was waived: the waiver covers nothing from then on, and it came back without one.
    expect(await past()).toEqual(['CVE-2 waived 3 5', 'CVE-2 gone 5 6']);
    expect((await api.oldestFindings(store, {})).items.map(({ name }) => name)).toEqual(['CVE-2']);
    await note(7, [vulnerability('CVE-2', 'fixed')], ['vulnerability-CVE-2']);
    await note(8, [vulnerability('CVE-2', 'fixed')]);
    await note(9, []);
    expect((await api.oldestFindings(store, {})).items).toEqual([]);
    await note(9, [], []);
    await note(10, [vulnerability('CVE-1', 'not-fixed'), vulnerability('CVE-2', 'fixed')], ['vulnerability-CVE-2']);
    expect(await lives()).toEqual(['CVE-1 1 3 - -', 'CVE-2 1 1 10 -']);
    expect(await past()).toEqual([
      'CVE-1 gone 6 10',
      'CVE-2 waived 3 5',
      'CVE-2 gone 5 6',
      'CVE-2 waived 7 8',
      'CVE-2 gone 9 10',
    ]);
  });

  test.skipIf(missing)('lets a waiver be decided on once', async () => {
    const ask = {
      id: 'w-1',
      text: 'id: w-1',
      owner: 'ada@example.com',
      reason: 'not reachable',
      requestedBy: 'bob',
      now: day(1),
    };
    await api.requestWaiver(store, { ...ask, expiresAt: day(10) });
    await expect(api.requestWaiver(store, ask)).rejects.toMatchObject({ code: 'waiver-known' });
    expect(await api.waiversInForce(store, day(2))).toEqual([]);
    const decide = (state: 'approved' | 'refused' | 'withdrawn') =>
      api.decideWaiver(store, { id: 'w-1', state, by: 'carol', why: 'agreed', now: day(2) });
    await decide('approved');
    await expect(decide('refused')).rejects.toMatchObject({ code: 'waiver-decided' });
    expect((await api.waiversInForce(store, day(9))).map(({ id, decidedBy }) => [id, decidedBy])).toEqual([
      ['w-1', 'carol'],
    ]);
    expect(await api.waiversInForce(store, day(10))).toEqual([]);
    await decide('withdrawn');
    expect(await api.waiversInForce(store, day(9))).toEqual([]);
    expect((await api.listWaivers(store, { state: 'withdrawn' })).items.map(({ id }) => id)).toEqual(['w-1']);
  });

  test.skipIf(missing)('knows what runs where: what a report no longer names has ended', async () => {
    const host = await api.noteHost(store, { kind: 'docker', name: 'node-7', environment: 'production' }, day(1));
    expect(await api.noteHost(store, { kind: 'docker', name: 'node-7', environment: 'production' }, day(2))).toBe(host);
    const container = (id: string, image?: number): api.ContainerReport => ({
      id,
      name: `cart-${id}`,
      imageName: 'shop/cart:1',
      environment: 'production',
      team: 'shop',
      labels: { 'com.example\0': 'x' },
      workload: { namespace: 'shop', kind: 'Deployment', name: 'cart' },
      since: day(1),
      ...(image === undefined ? {} : { imageIds: [digest(image)] }),
    });
    const note = async (n: number, ...containers: api.ContainerReport[]) => {
      const { started, ended } = await api.noteContainers(store, host, { containers, now: day(n) });
      return { started: started.map(({ id }) => id), ended: ended.map(({ id }) => id) };
    };
    expect(await note(1, container('a', 1), container('b', 77))).toEqual({ started: ['a', 'b'], ended: [] });
    expect(await note(2, container('b', 77), container('c'))).toEqual({ started: ['c'], ended: ['a'] });
    expect(await api.imagesWithoutRecord(store, 10)).toEqual([
      {
        image: digest(77),
        ids: [digest(77)],
        name: 'shop/cart:1',
        platform: null,
        reference: null,
        hosts: [{ kind: 'docker', name: 'node-7' }],
        containers: 1,
        team: 'shop',
      },
    ]);
    const running = await api.listContainers(store, { environment: 'production' });
    expect(running.items.map(({ id, host: on, image }) => [id, on, image])).toEqual([
      ['b', 'node-7', digest(77)],
      ['c', 'node-7', null],
    ]);
    const all = await api.listContainers(store, { running: false });
    expect(all.items.map(({ id, until }) => [id, until])).toEqual([
      ['a', '2026-11-02T00:00:00.000Z'],
      ['b', null],
      ['c', null],
    ]);
    expect(await note(3)).toEqual({ started: [], ended: ['b', 'c'] });
    const workloads = await store.db.selectFrom('workload').select(['name', 'until']).execute();
    expect(workloads).toEqual([{ name: 'cart', until: '2026-11-03T00:00:00.000Z' }]);
    expect(await note(4, container('b', 1))).toEqual({ started: [], ended: [] });
    expect((await api.listHosts(store)).map(({ name, firstSeen, lastSeen }) => [name, firstSeen, lastSeen])).toEqual([
      ['node-7', '2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z'],
    ]);
  });

  test.skipIf(missing)('lists images in pages that nothing shifts, with verdict and what runs of them', async () => {
    for (let n = 10; n < 15; n++)
      await api.keepRecord(store, bodies, {
        record: record(n),
        name: `page/${n === 12 ? 'Ärger' : 'same'}`,
        now: day(1),
      });
    const list = (more: object) => api.listRecords(store, { scope: 'production', name: 'PAGE/', limit: 2, ...more });
    const first = await list({});
    expect(first.items.map(({ image }) => image)).toEqual([digest(10), digest(11)]);
    await store.db.deleteFrom('record').where('image', '=', digest(11)).execute();
    const second = await list({ after: first.next });
    expect(second.items.map(({ image }) => image)).toEqual([digest(13), digest(14)]);
    const third = await list({ after: second.next });
    expect(third).toMatchObject({ items: [{ image: digest(12), name: 'page/Ärger', verdict: null, running: 0 }] });
    expect(third.next).toBeUndefined();
    await expect(list({ after: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ code: 'bad-cursor' });
    const failing = await api.listRecords(store, { scope: 'production', result: 'fail', environment: 'production' });
    expect(failing.items).toMatchObject([{ image: digest(1), verdict: 'fail', running: 1, packages: 3 }]);
  });
});
