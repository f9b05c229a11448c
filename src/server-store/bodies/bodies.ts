import type { Digest } from '../../model/index.ts';

/**
 * Where large things lie (records, SBOMs): found again by the digest of what they say, so that the same is kept once. The
 * database is one such place.
 */
export interface Bodies {
  /** Keeps bytes; gives their digest. */
  put(content: Uint8Array): Promise<Digest>;
  /** The bytes; undefined where they are not kept. @throws CodedError `body-unreadable` where they are not what was kept. */
  get(digest: string): Promise<Buffer | undefined>;
}
