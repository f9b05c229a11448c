import { createHash } from 'node:crypto';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { CodedError } from '../../model/index.ts';

/** Whom Sigstore trusts: certificate authorities, logs, time stampers (protobuf-specs, sigstore_trustroot.proto). */
export type SigstoreRoot = TrustedRoot;

const limits = { maxBytes: 4 << 20, maxDepth: 32 };

const parsed = new Map<string, SigstoreRoot>();
const mostParsed = 16;

/** Reads a `trusted_root.json`, as Sigstore's TUF repository delivers it. The same bytes give the same object. @throws CodedError `bad-trusted-root`. */
export function parseSigstoreRoot(bytes: Uint8Array, what: string): SigstoreRoot {
  const identity = createHash('sha256').update(bytes).digest('base64');
  const known = parsed.get(identity);
  if (known !== undefined) return known;
  try {
    const value = parseBoundedJson(bytes, limits) as { mediaType?: unknown } | null;
    if (typeof value?.mediaType !== 'string' || !value.mediaType.includes('sigstore.trustedroot'))
      throw new CodedError('bad-trusted-root', `${what} is no Sigstore trusted root: its mediaType does not say so`);
    const root = TrustedRoot.fromJSON(value);
    if (parsed.size >= mostParsed) parsed.clear();
    parsed.set(identity, root);
    return root;
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const why = error instanceof JsonRefused ? error.message : 'cannot be read as one';
    throw new CodedError('bad-trusted-root', `${what} is no Sigstore trusted root: it ${why}`, {
      hint: 'It is the trusted_root.json of Sigstore’s TUF repository; cosign trusted-root create makes your own',
      cause: error,
    });
  }
}
