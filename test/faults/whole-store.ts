import { join } from 'node:path';
import { expect } from 'vitest';
import { findEntries, type Store } from '../../src/server-store/index.ts';
import { runBuilt, type ServeOptions } from '../make/serve-process.ts';
import type { Granted, Wish } from './clients.ts';

/** Every wish was granted, is there, and is there once. */
export async function expectDoneOnce(store: Store, list: readonly Wish[], granted: readonly Granted[]): Promise<void> {
  const of = (kind: Wish['kind']): readonly Granted[] => granted.filter(({ wish }) => wish.kind === kind);
  const told = (kind: Wish['kind']): readonly string[] =>
    of(kind)
      .map(({ what }) => what)
      .sort();
  expect(granted.map(({ wish }) => wish.key).sort()).toEqual(list.map(({ key }) => key).sort());

  const { rows: jobs } = await store.pool.use((client) =>
    client.query<{ id: string; state: string; image: string | null }>('SELECT id, state, image FROM scan_job'),
  );
  expect(jobs.map(({ id }) => id).sort()).toEqual(told('scan'));
  expect(new Set(jobs.map(({ state }) => state))).toEqual(new Set(of('scan').length > 0 ? ['done'] : []));
  const requested = (await findEntries(store, { action: 'scan.request', limit: 1000 })).items;
  expect(requested.length).toBe(jobs.length);

  const waivers = await store.db.selectFrom('waiver').select('id').execute();
  expect(waivers.map(({ id }) => id).sort()).toEqual(told('waiver'));
  const asked = (await findEntries(store, { action: 'waiver.request', limit: 1000 })).items;
  expect(asked.map(({ entry }) => entry.subject.name).sort()).toEqual(told('waiver'));

  const versions = await store.db
    .selectFrom('document')
    .select(['why', 'text'])
    .where('kind', '=', 'policy')
    .where('name', '=', 'ours')
    .orderBy('version')
    .execute();
  expect(versions.map(({ why }) => why!).sort()).toEqual(told('policy'));
  const last = versions.at(-1)?.text ?? '';
  expect(told('policy').filter((key) => !last.includes(`# ${key}\n`))).toEqual([]);

  // A job keeps its record in the transaction that ends it: so many were kept as were scanned and sent, and no more.
  const kept = (await findEntries(store, { action: 'record.keep', limit: 1000 })).items;
  expect(kept.length).toBe(jobs.length + of('record').length);
  const records = await store.db.selectFrom('record').select('image').execute();
  const images = new Set([...told('record'), ...jobs.map(({ image }) => image)]);
  expect(new Set(records.map(({ image }) => image))).toEqual(images);
}

/** The ledger, exported by the program with a signed head, is whole as the program says without the store. */
export function expectLedgerVerifies(where: ServeOptions): void {
  const [file, key] = [join(where.data, 'ledger.jsonl'), join(where.data, 'auditor')];
  expect(runBuilt(['trust', 'keygen', key], where).status).toBe(0);
  const exported = runBuilt(['ledger', 'export', '--output', file, '--key', `${key}.key`, '--data', where.data], where);
  expect([exported.status, exported.output]).toEqual([0, expect.any(String) as string]);
  const verified = runBuilt(['ledger', 'verify', file, '--key', `${key}.pub`], { data: where.data });
  expect([verified.status, verified.output]).toEqual([0, expect.stringContaining('complete, in order') as string]);
}
