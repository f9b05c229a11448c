import { type Kysely, sql } from 'kysely';
import { plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';
import type { Tables } from '../tables/index.ts';

/** To which image a tag pointed, and when. */
export interface TagSpan {
  readonly repository: string;
  readonly tag: string;
  readonly image: string;
  readonly since: string;
  /** null: it still does. */
  readonly until: string | null;
}

/** Says that a tag points to an image, or to none any more. Gives the image to which it pointed before, where that is another. */
export async function moveTag(
  store: Store,
  {
    repository,
    tag,
    image,
    now,
  }: { readonly repository: string; readonly tag: string; readonly image?: string; readonly now: Date },
): Promise<string | undefined> {
  const at = now.toISOString();
  const name = { repository: plainText(repository), tag: plainText(tag) };
  return store.db.transaction().execute(async (transaction) => {
    const current = await transaction
      .selectFrom('tag')
      .select(['image', 'since'])
      .where('repository', '=', name.repository)
      .where('tag', '=', name.tag)
      .where('until', 'is', null)
      .forUpdate()
      .executeTakeFirst();
    if (current !== undefined && (current.image === image || (await isSame(transaction, current.image, image))))
      return undefined;
    if (current !== undefined)
      await transaction
        .updateTable('tag')
        .set({ until: at })
        .where('repository', '=', name.repository)
        .where('tag', '=', name.tag)
        .where('until', 'is', null)
        .execute();
    if (image !== undefined)
      await transaction
        .insertInto('tag')
        .values({ ...name, image, since: at })
        .execute();
    return current?.image;
  });
}

/** Whether two digests mean the same image: that of its manifest, and that of the index that it was asked for by. */
async function isSame(db: Kysely<Tables>, one: string, other: string | undefined): Promise<boolean> {
  if (other === undefined) return false;
  const { rows } = await sql`SELECT 1 FROM image_alias
    WHERE (alias, image) = (${one}, ${other}) OR (alias, image) = (${other}, ${one})`.execute(db);
  return rows.length > 0;
}

/** Every image to which a tag pointed, newest first. */
export async function tagHistory(store: Store, repository: string, tag: string): Promise<readonly TagSpan[]> {
  return store.db
    .selectFrom('tag')
    .selectAll()
    .where('repository', '=', repository)
    .where('tag', '=', tag)
    .orderBy('since', 'desc')
    .execute();
}

/** The tags that point to an image now. */
export async function tagsOf(store: Store, image: string): Promise<readonly TagSpan[]> {
  return store.db
    .selectFrom('tag')
    .selectAll()
    .where('image', '=', image)
    .where('until', 'is', null)
    .orderBy('repository')
    .orderBy('tag')
    .execute();
}

/** The tags of a repository that lead somewhere now. */
export async function tagsIn(store: Store, repository: string): Promise<readonly string[]> {
  const rows = await store.db
    .selectFrom('tag')
    .select('tag')
    .where('repository', '=', repository)
    .where('until', 'is', null)
    .orderBy('tag')
    .execute();
  return rows.map(({ tag }) => tag);
}
