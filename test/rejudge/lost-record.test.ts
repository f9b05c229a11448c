import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Rejudger } from '../../src/flows/rejudge/index.ts';
import { setActivePolicy } from '../../src/flows/keep-image/index.ts';
import {
  checkBodies,
  currentVerdict,
  findingsOf,
  openStore,
  type Store,
  writeDocument,
} from '../../src/server-store/index.ts';
import { postgresServers } from '../make/postgres.ts';
import { noS3Reason, type S3Server, startS3 } from '../make/s3-server.ts';
import { advisory, day, digest, imageOf, makeDatabase, ndjson, scanInto } from './fleet-store.ts';

const policy = `apiVersion: plimsoll.dev/v1
kind: Policy
metadata: { name: shop }
rules:
  fixable-severity: { effect: fail, atLeast: high, fixedForDays: 0 }
`;
const { freshDatabase } = postgresServers[0]!;
const missing = await noS3Reason();

describe('an image whose record is lost', () => {
  let s3: S3Server;
  let store: Store;
  let databaseUrl: string;
  const now = () => day(4);
  const resultOf = async (n: number) => (await currentVerdict(store, digest(n), 'default'))!.verdict;
  const lose = () => rmSync(join(s3.folder, 'records'), { recursive: true });
  const check = () => checkBodies(store, { before: new Date(Date.now() + 60_000), limit: 100 });

  beforeAll(async () => {
    if (missing !== undefined) return;
    s3 = await startS3();
    const bodies = `s3://ships/records?endpoint=${s3.endpoint}`;
    databaseUrl = await freshDatabase();
    store = await openStore({ databaseUrl, bodies, env: s3.env });
    await setActivePolicy(store, 'shop');
    await writeDocument(store, { kind: 'policy', name: 'shop', text: policy, writtenBy: 'ada', basedOn: 0 });
  });
  afterAll(async () => {
    await store?.close();
    await s3?.stop();
  });

  test.skipIf(missing)('is never clean: it can not be told, with the reason, until it is scanned again', async () => {
    const database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-1', 'left')) });
    const images = [imageOf(1, ['calm@1.0.0']), imageOf(2, ['left@1.0.0']), imageOf(3, ['calm@2.0.0'])];
    const [clean, holed, unseen] = images as [(typeof images)[0], (typeof images)[0], (typeof images)[0]];
    const rejudger = new Rejudger(store, { databasePath: database.path, sliceSize: 2 });
    for (const [i, record] of [clean, holed].entries()) await scanInto(store, record, database, `shop/app-${i}:1`);
    expect(await rejudger.run(now)).toMatchObject({ judged: 2 });
    expect([(await resultOf(1)).result, (await resultOf(2)).result]).toEqual(['pass', 'fail']);
    // Nobody has looked at this one again yet: nothing is kept of it but its record.
    await scanInto(store, unseen, database, 'shop/app-2:1');
    expect((await resultOf(3)).result).toBe('pass');

    lose();
    const outcome = await rejudger.run(now);
    expect(outcome.failed.map(({ image }) => image)).toEqual([digest(3)]);
    expect(await resultOf(3)).toMatchObject({
      result: 'cannot-tell',
      doubts: [
        { rule: 'record', what: expect.stringMatching(/^its record can't be read: .* is no longer there$/) as string },
      ],
    });
    expect((await check()).unreadable).toBe(3);
    await rejudger.run(now);
    const first = await resultOf(1);
    expect([first.result, first.doubts[0]?.rule]).toEqual(['cannot-tell', 'record']);
    // What is known to be wrong with it stays known.
    const second = await resultOf(2);
    expect([second.result, second.doubts[0]?.rule]).toEqual(['fail', 'record']);
    expect((await findingsOf(store, digest(2))).map(({ name, goneAt }) => [name, goneAt])).toEqual([
      ['CVE-2026-1', null],
    ]);
    expect(await rejudger.run(now)).toMatchObject({ judged: 0 });

    for (const [i, record] of images.entries()) await scanInto(store, record, database, `shop/app-${i}:1`);
    await rejudger.run(now);
    const results = await Promise.all([1, 2, 3].map(async (n) => (await resultOf(n)).result));
    expect(results).toEqual(['pass', 'fail', 'pass']);
    rejudger.close();
  });

  test.skipIf(missing)('is not one that lies where nobody answers: it stays due, and others are judged', async () => {
    const database = await makeDatabase({ 'a.ndjson': ndjson(advisory('CVE-2026-1', 'left')) });
    const rejudger = new Rejudger(store, { databasePath: database.path });
    await rejudger.run(now);
    await scanInto(store, imageOf(4, ['calm@4.0.0']), database, 'shop/app-4:1');
    await s3.halt();
    const newer = await database.add({ 'b.ndjson': ndjson(advisory('CVE-2026-2', 'calm', { fixed: '3.0.0' })) });
    const outcome = await new Rejudger(store, { databasePath: newer.path }).run(now);
    // Of the third nothing is kept to judge by since it was lost.
    expect(outcome.postponed.map(({ image }) => image)).toEqual([digest(3), digest(4)]);
    expect([(await resultOf(1)).result, (await resultOf(4)).result]).toEqual(['fail', 'pass']);
    await s3.resume();
    // A program that starts anew does not wait until the place may be asked again.
    const again = await openStore({ databaseUrl, env: s3.env });
    expect(await new Rejudger(again, { databasePath: newer.path }).run(now)).toMatchObject({
      judged: 2,
      postponed: [],
    });
    await again.close();
  });
});
