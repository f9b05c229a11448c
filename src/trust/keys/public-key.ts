import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { CodedError } from '../../model/index.ts';

/** A public key that can verify, and its names. */
export interface PublicKey {
  readonly key: KeyObject;
  readonly pem: string;
  /** `sha256:<hex>` over the DER SubjectPublicKeyInfo: how we call it. */
  readonly id: string;
  /** The same hash in base64: how Sigstore's bundles hint at it. */
  readonly hint: string;
  /** `ECDSA P-256`, `RSA 3072`, `Ed25519` */
  readonly algorithm: string;
}

const curves: Readonly<Record<string, string>> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' };
const largestPem = 64 << 10;

/**
 * Reads a public key in PEM (RFC 7468 § 13).
 * @param what stands first in messages: a file's name, `key 2 of builder ci`.
 * @throws CodedError `bad-public-key`.
 */
export function parsePublicKey(pem: string, what: string): PublicKey {
  if (pem.length > largestPem) throw bad(what, 'is too large for a public key');
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem))
    throw bad(what, 'is a private key', 'Whoever has it can sign: keep it secret and give the public one');
  if (!/-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem)) throw bad(what, 'holds no PEM block PUBLIC KEY');
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (cause) {
    throw bad(what, 'holds a public key that cannot be read', undefined, cause);
  }
  return publicKeyOf(key, what);
}

/** The same from a key that is at hand. */
export function publicKeyOf(key: KeyObject, what: string): PublicKey {
  const algorithm = algorithmName(key);
  if (algorithm === undefined)
    throw bad(
      what,
      'is of a kind that is not accepted',
      'Accepted are ECDSA P-256, P-384, P-521, Ed25519, RSA from 2048 bits',
    );
  const hash = createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
  return {
    key,
    pem: key.export({ type: 'spki', format: 'pem' }) as string,
    id: `sha256:${hash.toString('hex')}`,
    hint: hash.toString('base64'),
    algorithm,
  };
}

/** Whether a signature over a message is this key's: ECDSA and RSA (PKCS 1 v1.5) with SHA-256, as cosign signs, or Ed25519. */
export function isSignedBy(message: Uint8Array, signature: Uint8Array, { key }: PublicKey): boolean {
  try {
    return verify(digestFor(key), message, key, signature);
  } catch {
    return false;
  }
}

/** What `crypto.sign` and `verify` are told. */
export function digestFor(key: KeyObject): 'sha256' | null {
  return key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
}

function algorithmName(key: KeyObject): string | undefined {
  const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ed25519') return 'Ed25519';
  if (key.asymmetricKeyType === 'ec' && namedCurve !== undefined && Object.hasOwn(curves, namedCurve))
    return `ECDSA ${curves[namedCurve]!}`;
  return key.asymmetricKeyType === 'rsa' && modulusLength >= 2048 && modulusLength <= 16_384
    ? `RSA ${modulusLength}`
    : undefined;
}

function bad(what: string, why: string, hint?: string, cause?: unknown): CodedError {
  return new CodedError('bad-public-key', `${what} ${why}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}
