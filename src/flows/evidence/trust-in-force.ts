import { createHash } from 'node:crypto';
import { canonicalJson } from '../../policy/index.ts';
import type { Store } from '../../server-store/index.ts';
import { nextTrustMoment, type TrustRoot } from '../../trust/index.ts';
import { askCatalogue, readCatalogue } from '../bases/index.ts';
import type { AskCatalogue } from '../verify/index.ts';
import { type KeptTrust, keptTrust, readSentTrust } from './kept-trust.ts';

/** By whose word what vouches for images counts now. */
export interface TrustInForce {
  readonly kept: KeptTrust;
  readonly root: TrustRoot;
  readonly catalogue?: AskCatalogue;
  /** Digest of all that: what was verified by another is verified again. */
  readonly by: string;
  /** Until when time alone changes nothing in what was verified at a time; undefined: for good. */
  validUntil(now: Date): Date | undefined;
}

/** Roots that were read, by version of which store. */
const known = new WeakMap<Store['pool'], { readonly version: number; readonly root: TrustRoot }>();

/**
 * The trust root in force, with the catalogue of bases of a folder; undefined where nobody wrote a trust root: then nobody looks.
 */
export async function trustInForce(store: Store, bases: string | undefined): Promise<TrustInForce | undefined> {
  const kept = await keptTrust(store);
  if (kept === undefined) return undefined;
  const before = known.get(store.pool);
  const root = before?.version === kept.version ? before.root : await readSentTrust(kept.text, kept.sigstore);
  known.set(store.pool, { version: kept.version, root });
  const catalogue = bases === undefined ? undefined : await readCatalogue(bases);
  const by = createHash('sha256').update(root.digest);
  if (catalogue !== undefined) by.update(canonicalJson(catalogue.bases));
  return {
    ...{ kept, root },
    ...(catalogue === undefined ? {} : { catalogue: askCatalogue(catalogue) }),
    by: `sha256:${by.digest('hex')}`,
    validUntil: (now) => nextTrustMoment(root, now),
  };
}
