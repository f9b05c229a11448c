import { hash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { ImageRecord, Package } from '../../model/index.ts';
import { jsonText } from '../hostile-text.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables/index.ts';

/** A package as advisories are looked up for it: one entry for all images that have it. */
export type IndexedPackage = Pick<
  Package,
  'type' | 'name' | 'version' | 'purl' | 'scheme' | 'ecosystem' | 'arch' | 'source' | 'modularity'
> & { readonly id: number };

/** Replaces what is known of an image's packages. Called with the transaction in which its record is kept. */
export async function indexPackages(transaction: Transaction<Tables>, record: ImageRecord): Promise<void> {
  const wanted = new Map<string, { body: Omit<IndexedPackage, 'id'>; keys: ReadonlySet<string>; isBase: boolean }>();
  for (const found of record.packages) {
    // What its distribution's advisories speak for is looked up as that package; what was deleted is not there.
    if (found.ownedBy !== undefined || found.place.deletedIn !== undefined) continue;
    const { type, name, version, purl, scheme, ecosystem, arch, source, modularity } = found;
    const body = { type, name, version, purl, scheme, ecosystem, arch, source, modularity } as Omit<
      IndexedPackage,
      'id'
    >;
    const identity = hash('sha256', JSON.stringify(body), 'hex').slice(0, 32);
    const isBase = (wanted.get(identity)?.isBase ?? true) && found.place.owner === 'base';
    wanted.set(identity, { body, keys: keysOf(name, source?.name), isBase });
  }
  await transaction.deleteFrom('package_use').where('image', '=', record.image.digest).execute();
  if (wanted.size === 0) return;
  const identities = [...wanted.keys()].sort();
  const known = await idsOf(transaction, identities);
  // In one order in all processes, so that two never wait for one another.
  const fresh = identities.filter((identity) => !known.has(identity));
  if (fresh.length > 0) {
    await insertPackages(
      transaction,
      fresh.map((identity) => ({ identity, ...wanted.get(identity)! })),
    );
    for (const [identity, id] of await idsOf(transaction, fresh)) known.set(identity, id);
    await insertKeys(
      transaction,
      fresh.flatMap((identity) => [...wanted.get(identity)!.keys].map((key) => ({ key, id: known.get(identity)! }))),
    );
  }
  await sql`INSERT INTO package_use (package, image, is_base)
    SELECT id, ${record.image.digest}, is_base FROM jsonb_to_recordset(${jsonText(
      identities.map((identity) => ({ id: known.get(identity)!, is_base: wanted.get(identity)!.isBase })),
    )}::jsonb) AS given (id bigint, is_base boolean)`.execute(transaction);
}

/** Packages of that name, or made from a source of that name; spellings that some ecosystem takes for one count as one. */
export async function packagesCalled(store: Store, name: string): Promise<readonly IndexedPackage[]> {
  return packagesOfKeys(store.db, [packageKey(name)]);
}

/** The same for many names at once: what a day's advisories touch. */
export async function packagesOfNames(store: Store, names: readonly string[]): Promise<readonly IndexedPackage[]> {
  return packagesOfKeys(store.db, [...new Set(names.map(packageKey))]);
}

/** Digests of the images that have one of these packages, sorted: the records that a change of advisories touches. */
export async function imagesWithPackages(store: Store, packages: readonly number[]): Promise<readonly string[]> {
  const { rows } = await sql<{ image: string }>`SELECT DISTINCT image FROM package_use
    WHERE package = ANY(${packages}::bigint[]) ORDER BY image`.execute(store.db);
  return rows.map(({ image }) => image);
}

async function packagesOfKeys(db: Kysely<Tables>, keys: readonly string[]): Promise<readonly IndexedPackage[]> {
  const { rows } = await sql<{ id: number; body: Omit<IndexedPackage, 'id'> }>`SELECT DISTINCT ON (id) id, body
    FROM package_key JOIN package ON package.id = package_key.package
    WHERE key = ANY(${keys}::text[]) ORDER BY id`.execute(db);
  return rows.map(({ id, body }) => ({ ...body, id }));
}

async function idsOf(db: Kysely<Tables>, identities: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{
    identity: string;
    id: number;
  }>`SELECT encode(identity, 'hex') AS identity, id FROM package
    WHERE identity = ANY(SELECT decode(given, 'hex') FROM unnest(${identities}::text[]) AS given)`.execute(db);
  return new Map(rows.map(({ identity, id }) => [identity, id]));
}

async function insertPackages(
  db: Kysely<Tables>,
  rows: readonly { readonly identity: string; readonly body: Omit<IndexedPackage, 'id'> }[],
): Promise<void> {
  const given = rows.map(({ identity, body }) => ({ identity, body }));
  await sql`INSERT INTO package (identity, type, name, version, ecosystem, body)
    SELECT decode(identity, 'hex'), body->>'type', body->>'name', body->>'version', body->>'ecosystem', body
    FROM jsonb_to_recordset(${jsonText(given)}::jsonb) AS given (identity text, body jsonb)
    ON CONFLICT (identity) DO NOTHING`.execute(db);
}

async function insertKeys(
  db: Kysely<Tables>,
  rows: readonly { readonly key: string; readonly id: number }[],
): Promise<void> {
  await sql`INSERT INTO package_key (key, package)
    SELECT key, id FROM jsonb_to_recordset(${jsonText(rows)}::jsonb) AS given (key text, id bigint)
    ON CONFLICT DO NOTHING`.execute(db);
}

/** As PyPI, the laxest of all, compares names; who asks compares again by the ecosystem's own rules. */
function packageKey(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

function keysOf(name: string, source: string | undefined): ReadonlySet<string> {
  const last = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
  return new Set([name, last, source ?? name].map(packageKey));
}
