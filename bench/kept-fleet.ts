import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importAdvisories } from '../src/flows/advisories/index.ts';
import { seedPolicies } from '../src/flows/keep-image/index.ts';
import { bodiesOf, keepRecord, noteImage, type Store } from '../src/server-store/index.ts';
import { fleetAdvisories, fleetRecord, madeAt } from './fleet.ts';

/** Keeps the fleet's records in a store, unjudged, and its advisories in a database. @returns what it took. */
export async function keepFleet(
  store: Store,
  { count, folder, database }: { readonly count: number; readonly folder: string; readonly database: string },
): Promise<string> {
  await seedPolicies(store);
  writeFileSync(join(folder, 'all.ndjson'), fleetAdvisories());
  await importAdvisories({
    paths: [join(folder, 'all.ndjson')],
    database,
    replace: true,
    builtAt: madeAt.toISOString(),
    now: madeAt,
  });
  const bodies = bodiesOf(store);
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (let n = next++; n < count; n = next++) {
        const record = fleetRecord(n);
        const name = `registry.example.com/team-${n % 25}/app-${n}:1.${n % 10}`;
        await keepRecord(store, bodies, { record, name, now: madeAt });
        await noteImage(store, { record, name, team: `team-${n % 25}` });
      }
    }),
  );
  await store.pool.use((client) => client.query('ANALYZE'));
  return `${count} records kept in ${((performance.now() - began) / 1000).toFixed(0)} s`;
}
