import { createHash } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { refusal } from '../refusal.ts';
import type { Claim } from './claim.ts';

/** Largest bundle that is read: attestations hold whole SBOMs. */
export const bundleLimitBytes = 64 << 20;
const entryLimit = 32;

/** Media types of Sigstore bundles, all versions. */
export function isBundleType(mediaType: string): boolean {
  return /^application\/vnd\.dev\.sigstore\.bundle(?:\.v\d\.\d)?\+json(?:;version=\d\.\d)?$/.test(mediaType);
}

/** Reads a Sigstore bundle (protobuf-specs, sigstore_bundle.proto; versions 0.1 to 0.3). Anything else is a refusal. */
export function readBundle(bytes: Uint8Array, where: string, message?: Uint8Array): Claim {
  let value: unknown;
  try {
    value = parseBoundedJson(bytes, { maxBytes: bundleLimitBytes, maxDepth: 32 });
  } catch (error) {
    if (error instanceof JsonRefused) return { where, refusal: refusal('unreadable', `it ${error.message}`) };
    throw error;
  }
  return bundleClaim(value, where, { bytes, ...(message === undefined ? {} : { message }) });
}

/**
 * The same of parsed JSON. The library throws whatever its input makes it throw; all of that is one thing here.
 * @param bytes what the value was made of.
 */
export function bundleClaim(
  value: unknown,
  where: string,
  { bytes, message }: { readonly bytes: Uint8Array; readonly message?: Uint8Array },
): Claim {
  try {
    const bundle = bundleFromJSON(value);
    const { tlogEntries, timestampVerificationData } = bundle.verificationMaterial;
    const proofs = tlogEntries.length + (timestampVerificationData?.rfc3161Timestamps.length ?? 0);
    if (proofs > entryLimit)
      return { where, refusal: refusal('unreadable', `it carries ${proofs} proofs, more than ${entryLimit}`) };
    const identity = createHash('sha256').update(String(bytes.length)).update(bytes);
    if (message === undefined) return { where, bundle, identity: identity.digest('base64') };
    return { where, bundle, message: Buffer.from(message), identity: identity.update(message).digest('base64') };
  } catch (error) {
    const why = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
    return { where, refusal: refusal('unreadable', `it is no Sigstore bundle: ${why}`) };
  }
}
