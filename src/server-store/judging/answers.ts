import { sql } from 'kysely';
import { planKept } from '../connection/kept-plans.ts';
import { jsonText } from '../hostile-text.ts';
import type { IndexedPackage } from '../images/package-index.ts';
import type { Store } from '../store.ts';

/** All packages of all images, in parts. */
export async function* allPackages(store: Store): AsyncGenerator<readonly IndexedPackage[]> {
  for (let last = 0; ;) {
    const rows = await store.db
      .selectFrom('package')
      .select(['id', 'body'])
      .where('id', '>', last)
      .orderBy('id')
      .limit(5000)
      .execute();
    if (rows.length === 0) return;
    yield rows.map(({ id, body }) => ({ ...(body as unknown as Omit<IndexedPackage, 'id'>), id }));
    last = rows.at(-1)!.id;
  }
}

/** Packages that one of the images has. */
export async function packagesOfImages(store: Store, images: readonly string[]): Promise<readonly IndexedPackage[]> {
  const { rows } = await sql<{ id: number; body: Omit<IndexedPackage, 'id'> }>`SELECT id, body FROM package
    WHERE id IN (SELECT package FROM package_use WHERE image = ANY(${images}::text[])) ORDER BY id`.execute(store.db);
  return rows.map(({ id, body }) => ({ ...body, id }));
}

/** Digests of what was known of packages; those of which nothing was known are not there. */
export async function packageAnswers(store: Store, packages: readonly number[]): Promise<ReadonlyMap<number, string>> {
  const { rows } = await sql<{ package: number; digest: string }>`SELECT package, digest FROM package_answer
    WHERE package = ANY(${packages}::bigint[])`.execute(store.db);
  return new Map(rows.map((row) => [row.package, row.digest]));
}

/** Keeps what is known of packages now; an empty digest: nothing. */
export async function keepPackageAnswers(
  store: Store,
  answers: readonly { readonly package: number; readonly digest: string }[],
): Promise<void> {
  if (answers.length === 0) return;
  const known = answers.filter(({ digest }) => digest !== '');
  const unknown = answers.filter(({ digest }) => digest === '').map((each) => each.package);
  await sql`INSERT INTO package_answer (package, digest)
    SELECT given.package, given.digest FROM jsonb_to_recordset(${jsonText(known)}::jsonb) AS given (package bigint, digest text)
    ORDER BY given.package
    ON CONFLICT (package) DO UPDATE SET digest = excluded.digest WHERE package_answer.digest <> excluded.digest`.execute(
    store.db,
  );
  if (unknown.length > 0)
    await sql`DELETE FROM package_answer WHERE package = ANY(${unknown}::bigint[])`.execute(store.db);
}

/** What is kept to judge an image by whose record lies in that body; undefined where nothing is. */
export async function judgingInput(
  store: Store,
  { image, body }: { readonly image: string; readonly body: string },
): Promise<Buffer | undefined> {
  const { rows } = await sql<{ input: Buffer }>`${planKept}SELECT input FROM judgement
    WHERE image = ${image} AND body = ${body} AND length(input) > 0`.execute(store.db);
  return rows[0]?.input;
}
