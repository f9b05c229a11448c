import { TrustedRoot } from '@sigstore/protobuf-specs';
import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { CodedError } from '../../model/index.ts';

/** Whom Sigstore trusts: certificate authorities, logs, time stampers (protobuf-specs, sigstore_trustroot.proto). */
export type SigstoreRoot = TrustedRoot;

const limits = { maxBytes: 4 << 20, maxDepth: 32 };

/** Reads a `trusted_root.json`, as Sigstore's TUF repository delivers it. @throws CodedError `bad-trusted-root`. */
export function parseSigstoreRoot(bytes: Uint8Array, what: string): SigstoreRoot {
  try {
    const value = parseBoundedJson(bytes, limits) as { mediaType?: unknown } | null;
    if (typeof value?.mediaType !== 'string' || !value.mediaType.includes('sigstore.trustedroot'))
      throw new CodedError('bad-trusted-root', `${what} is no Sigstore trusted root: its mediaType does not say so`);
    return TrustedRoot.fromJSON(value);
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const why = error instanceof JsonRefused ? error.message : 'cannot be read as one';
    throw new CodedError('bad-trusted-root', `${what} is no Sigstore trusted root: it ${why}`, {
      hint: 'It is the trusted_root.json of Sigstore’s TUF repository; cosign trusted-root create makes your own',
      cause: error,
    });
  }
}
