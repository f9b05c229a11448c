import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { CodedError, sha256Digest } from '../../model/index.ts';
import type { Store } from '../store.ts';
import type { Bodies } from './bodies.ts';

const largestBytes = 512 << 20;

/** Bodies in the database itself, compressed with zstd. */
export function databaseBodies({ db }: Pick<Store, 'db'>): Bodies {
  return {
    async put(content) {
      const digest = sha256Digest(hash('sha256', content, 'hex'));
      // Kept anew: what nothing refers to any more goes by its age.
      const known = await db
        .updateTable('body')
        .set({ kept_at: new Date().toISOString() })
        .where('digest', '=', digest)
        .returning('digest')
        .executeTakeFirst();
      if (known !== undefined) return digest;
      const stored = await promisify(zstdCompress)(content);
      await db
        .insertInto('body')
        .values({ digest, size_bytes: content.length, stored_bytes: stored.length, content: stored })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return digest;
    },
    async get(digest) {
      const row = await db.selectFrom('body').select('content').where('digest', '=', digest).executeTakeFirst();
      if (row === undefined) return undefined;
      const content = await promisify(zstdDecompress)(row.content, { maxOutputLength: largestBytes }).catch(
        (cause: unknown) => {
          throw new CodedError('body-unreadable', `what the store keeps as ${digest} can't be unpacked`, { cause });
        },
      );
      if (sha256Digest(hash('sha256', content, 'hex')) !== digest)
        throw new CodedError('body-unreadable', `what the store keeps as ${digest} has another digest: it was altered`);
      return content;
    },
  };
}
