import { sql } from 'kysely';
import { plainText } from '../hostile-text.ts';
import { judgeAgain } from '../judging/due.ts';
import type { Store } from '../store.ts';

/** Notes that a body is lost or damaged: images of which it is the record become due, and can't be told. */
export async function noteUnreadable(store: Store, digest: string, why: string): Promise<void> {
  const { rows } = await sql<{ digest: string }>`UPDATE body SET unreadable_since = clock_timestamp(),
    unreadable_why = ${plainText(why)} WHERE digest = ${digest} AND unreadable_since IS NULL RETURNING digest`.execute(
    store.db,
  );
  if (rows.length > 0) await judgeImagesOf(store, digest, 'its record can no longer be read');
}

/** Notes that it is there again. */
export async function noteReadable(store: Store, digest: string): Promise<void> {
  const { rows } = await sql<{ digest: string }>`UPDATE body SET unreadable_since = NULL, unreadable_why = NULL
    WHERE digest = ${digest} AND unreadable_since IS NOT NULL RETURNING digest`.execute(store.db);
  if (rows.length > 0) await judgeImagesOf(store, digest, 'its record can be read again');
}

async function judgeImagesOf(store: Store, digest: string, why: string): Promise<void> {
  const records = await store.db.selectFrom('record').select('image').where('body', '=', digest).execute();
  const images = records.map(({ image }) => image);
  if (images.length > 0) await judgeAgain(store, { images, why });
}
