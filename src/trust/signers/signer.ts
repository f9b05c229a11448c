import type { PublicKey } from '../keys/public-key.ts';

/** Something that can sign: a key in a file, or one that never leaves where it is kept. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** ECDSA (DER) or RSA PKCS 1 v1.5 over SHA-256 of the message, or Ed25519 over the message. */
  sign(message: Uint8Array): Promise<Buffer>;
}

export interface SignerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** A kind of place for keys. A member of the family; KMS and hardware are reached through `exec:`. */
export interface SignerKind {
  readonly name: string;
  /** How a key is named, for help: `exec:PROGRAM`. */
  readonly form: string;
  readonly summary: string;
  /** Whether a name is of this kind. */
  takes(name: string): boolean;
  /** @throws CodedError */
  open(name: string, options: SignerOptions): Promise<Signer>;
}

/** The passphrase for encrypted keys. An empty one counts: cosign's users have such. */
export function passphraseIn(env: SignerOptions['env']): string | undefined {
  return env['PLIMSOLL_PASSWORD'] ?? env['COSIGN_PASSWORD'];
}
