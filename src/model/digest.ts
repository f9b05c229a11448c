/** A content digest as OCI writes it: `algorithm:hex`, for example `sha256:9f3c…`. */
export type Digest = string & { readonly digest: unique symbol };

const shape = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Gives the text as a digest, or undefined where it is not one (OCI image-spec, descriptor.md § Digests). */
export function parseDigest(text: unknown): Digest | undefined {
  return typeof text === 'string' && shape.test(text) ? (text as Digest) : undefined;
}

/** A SHA-256 in hexadecimal as a digest. */
export function sha256Digest(hex: string): Digest {
  return `sha256:${hex}` as Digest;
}
