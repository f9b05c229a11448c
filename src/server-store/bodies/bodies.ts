import { hash } from 'node:crypto';
import { CodedError, type Digest, sha256Digest } from '../../model/index.ts';
import type { Store } from '../store.ts';
import { checkPacked, packed, unpacked } from './packing.ts';
import { type BodyOf, type LiesOutside, sendOutside } from './send-outside.ts';
import { noteUnreadable } from './unreadable.ts';

/** A body that is brought to where it will lie, and not yet found there. */
export interface StagedBody {
  readonly digest: Digest;
  readonly content: Uint8Array;
  readonly outside?: LiesOutside & { readonly storedBytes: number };
}

/**
 * Where large things lie (records, SBOMs): found again by the digest of what they say, so that the same is kept once. In the
 * database, or where the store's setting says; each is read from where it was put, whatever the setting is now.
 */
export interface Bodies {
  /**
   * Brings a body to where it is to lie. It may wait for other machines: no transaction should.
   * @throws CodedError `body-place-…`
   */
  stage(content: Uint8Array, of?: BodyOf): Promise<StagedBody>;
  /** Makes a staged body one that is found; in a transaction, with all else. */
  keep(staged: StagedBody): Promise<Digest>;
  /** Both, one after the other; gives the digest. */
  put(content: Uint8Array, of?: BodyOf): Promise<Digest>;
  /**
   * The bytes; undefined where no such body is kept.
   * @throws CodedError `body-missing` where it is not where it was put, `body-unreadable` where it is not what was put: either is
   * noted; `body-place-…` where the place can't be asked.
   */
  get(digest: string): Promise<Buffer | undefined>;
  /** As it is packed, checked like `get` does without holding what it unpacks to. @throws CodedError like `get` */
  stored(digest: string): Promise<Buffer | undefined>;
}

/** The bodies of a store, as a transaction sees them where it is one's. */
export function bodiesOf(store: Store): Bodies {
  const { db } = store;

  async function stage(content: Uint8Array, of?: BodyOf): Promise<StagedBody> {
    const digest = sha256Digest(hash('sha256', content, 'hex'));
    const address = await store.places.address();
    if (address === undefined || (await isKept(store, digest))) return { digest, content };
    const stored = await packed(content);
    const outside = await sendOutside(store, address, { digest, stored, of });
    return {
      digest,
      content,
      ...(outside === undefined ? {} : { outside: { ...outside, storedBytes: stored.length } }),
    };
  }

  async function keep({ digest, content, outside }: StagedBody): Promise<Digest> {
    // Kept anew: what nothing refers to any more goes by its age.
    const known = await db
      .updateTable('body')
      .set({ kept_at: new Date().toISOString() })
      .where('digest', '=', digest)
      .where('unreadable_since', 'is', null)
      .returning('digest')
      .executeTakeFirst();
    if (known !== undefined) return digest;
    const stored = outside === undefined ? await packed(content) : undefined;
    const lies = {
      size_bytes: content.length,
      stored_bytes: outside?.storedBytes ?? stored!.length,
      content: stored ?? null,
      place: outside?.place ?? null,
      locator: outside?.locator ?? null,
    };
    await db
      .insertInto('body')
      .values({ digest, ...lies })
      .onConflict((conflict) =>
        conflict
          .column('digest')
          .doUpdateSet({ ...lies, unreadable_since: null, unreadable_why: null, kept_at: new Date().toISOString() })
          .where('body.unreadable_since', 'is not', null),
      )
      .execute();
    return digest;
  }

  async function found<T>(digest: string, use: (stored: Buffer, where: string) => Promise<T>): Promise<T | undefined> {
    const row = await db
      .selectFrom('body')
      .leftJoin('body_place', 'body_place.id', 'body.place')
      .select(['content', 'locator', 'address', 'stored_bytes'])
      .where('digest', '=', digest)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    try {
      return await use(...(await fetched(digest, row)));
    } catch (error) {
      if (isUnreadable(error)) await noteUnreadable(store, digest, error.message);
      throw error;
    }
  }

  /** What lies where it was put, and where that is. */
  async function fetched(digest: string, row: BodyRow): Promise<[stored: Buffer, where: string]> {
    const { content, locator, address, stored_bytes: storedBytes } = row;
    if (content !== null) return [content, 'the store'];
    // Longer than what was put is not what was put; the limit only bounds what is fetched.
    const bytes = await store.places.use(address!, (place) => place.get(locator!, storedBytes + 1024));
    if (bytes === undefined) throw missing(digest, `${address}, as ${locator}`);
    return [bytes, address!];
  }

  const get = (digest: string) => found(digest, (bytes, where) => unpacked(digest, bytes, where));
  const stored = (digest: string) =>
    found(digest, async (bytes, where) => {
      await checkPacked(digest, bytes, where);
      return bytes;
    });
  return { stage, keep, get, stored, put: async (content, of) => keep(await stage(content, of)) };
}

interface BodyRow {
  readonly content: Buffer | null;
  readonly locator: string | null;
  readonly address: string | null;
  readonly stored_bytes: number;
}

/** Whether that is what `get` says of a body that is lost, as far as can be told. */
export function isUnreadable(error: unknown): error is CodedError {
  return error instanceof CodedError && (error.code === 'body-missing' || error.code === 'body-unreadable');
}

export function missing(digest: string, where: string): CodedError {
  return new CodedError('body-missing', `${digest} was kept in ${where}, and is no longer there`, {
    hint: 'scan the image again, or bring back what was deleted there',
  });
}

async function isKept({ db }: Store, digest: string): Promise<boolean> {
  const row = await db
    .selectFrom('body')
    .select('digest')
    .where('digest', '=', digest)
    .where('unreadable_since', 'is', null)
    .executeTakeFirst();
  return row !== undefined;
}
