import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

/** What was found beside an image, or why nobody could look. */
export type FoundEvidence = { readonly text: string } | { readonly problem: string };

export interface EvidenceRow {
  readonly image: string;
  /** Digest of what was found; null where nobody could look. */
  readonly digest: string | null;
  readonly problem: string | null;
  readonly lookedAt: string;
  /** JSON of what was verified, as it was written. */
  readonly verified: string | null;
  /** By what it was verified. */
  readonly verifiedBy: string | null;
  /** Until when time alone changes nothing in it. */
  readonly validUntil: string | null;
}

export interface VerifiedEvidence {
  readonly verified: string;
  readonly verifiedBy: string;
  readonly validUntil: string | null;
}

/** What was found may be as large as this, as text. */
export const largestEvidenceBytes = 24 << 20;

/** Keeps what a scan found beside an image, and what that comes to where it was verified; what was there before goes. */
export async function keepEvidenceOf(
  store: Store,
  image: string,
  {
    found,
    verified,
    now,
  }: { readonly found: FoundEvidence; readonly verified: VerifiedEvidence | undefined; readonly now: Date },
): Promise<void> {
  const isThere = 'text' in found;
  const row = {
    found: isThere ? await promisify(zstdCompress)(found.text) : null,
    digest: isThere ? `sha256:${hash('sha256', found.text, 'hex')}` : null,
    problem: isThere ? null : plainText(found.problem),
    looked_at: now.toISOString(),
    verified: verified?.verified ?? null,
    verified_by: verified?.verifiedBy ?? null,
    valid_until: verified?.validUntil ?? null,
  };
  await store.db
    .insertInto('image_evidence')
    .values({ image, ...row })
    .onConflict((conflict) => conflict.column('image').doUpdateSet(row))
    .execute();
}

/** Notes what was verified of it. */
export async function noteVerified(store: Store, image: string, verified: VerifiedEvidence): Promise<void> {
  await store.db
    .updateTable('image_evidence')
    .set({
      verified: verified.verified,
      verified_by: verified.verifiedBy,
      valid_until: verified.validUntil,
    })
    .where('image', '=', image)
    .execute();
}

/** What is known of what vouches for images, without what was found; those are left out beside which nobody looked. */
export async function evidenceOf(store: Store, images: readonly string[]): Promise<ReadonlyMap<string, EvidenceRow>> {
  if (images.length === 0) return new Map();
  const rows = await store.db
    .selectFrom('image_evidence')
    .select(['image', 'digest', 'problem', 'looked_at', 'verified', 'verified_by', 'valid_until'])
    .where('image', 'in', [...images])
    .execute();
  return new Map(
    rows.map((row) => [
      row.image,
      {
        ...{ image: row.image, digest: row.digest, problem: row.problem, lookedAt: row.looked_at },
        ...{ verified: row.verified, verifiedBy: row.verified_by, validUntil: row.valid_until },
      },
    ]),
  );
}

/** What was found beside an image, as text; undefined where nothing is kept. */
export async function evidenceFound(store: Store, image: string): Promise<string | undefined> {
  const row = await store.db.selectFrom('image_evidence').select('found').where('image', '=', image).executeTakeFirst();
  if (row === undefined || row.found === null) return undefined;
  return (await promisify(zstdDecompress)(row.found, { maxOutputLength: largestEvidenceBytes })).toString();
}

/** Images beside which something was looked for and kept. */
export async function imagesWithEvidence(store: Store): Promise<readonly string[]> {
  const { rows } = await sql<{ image: string }>`SELECT image FROM image_evidence WHERE found IS NOT NULL
    ORDER BY image`.execute(store.db);
  return rows.map(({ image }) => image);
}
