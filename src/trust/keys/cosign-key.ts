import { randomBytes, scryptSync } from 'node:crypto';
import { xsalsa20poly1305 } from '@noble/ciphers/salsa.js';
import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { CodedError } from '../../model/index.ts';

/**
 * Private keys as cosign keeps them (go-securesystemslib, encrypted): JSON with an scrypt salt and a NaCl secretbox over the
 * PKCS#8 key, in PEM.
 */
interface Sealed {
  readonly kdf: {
    readonly name: string;
    readonly params: { readonly N: number; readonly r: number; readonly p: number };
    readonly salt: string;
  };
  readonly cipher: { readonly name: string; readonly nonce: string };
  readonly ciphertext: string;
}

const parameters = { N: 65_536, r: 8, p: 1 };
/** Memory that a key file may make scrypt take. */
const mostMemory = 256 << 20;

/** Decrypts. @throws CodedError `bad-private-key`, `wrong-passphrase`. */
export function openCosignKey(json: Uint8Array, passphrase: string, what: string): Buffer {
  const { kdf, cipher, ciphertext } = readSealed(json, what);
  if (kdf.name !== 'scrypt' || cipher.name !== 'nacl/secretbox')
    throw bad(what, 'is encrypted in a way that is not known here');
  const { N, r, p } = kdf.params;
  const fits = [N, r, p].every((value) => Number.isSafeInteger(value) && value > 0) && (N & (N - 1)) === 0 && N > 1;
  if (!fits || 128 * N * r * p > mostMemory) throw bad(what, 'asks for more work to decrypt than is allowed');
  const nonce = Buffer.from(cipher.nonce, 'base64');
  const box = Buffer.from(ciphertext, 'base64');
  if (nonce.length !== 24 || box.length < 17) throw bad(what, 'is damaged');
  try {
    return Buffer.from(
      xsalsa20poly1305(secretOf(passphrase, Buffer.from(kdf.salt, 'base64'), kdf.params), nonce).decrypt(box),
    );
  } catch (cause) {
    throw new CodedError('wrong-passphrase', `${what} could not be decrypted: the passphrase is wrong`, {
      hint: 'PLIMSOLL_PASSWORD or COSIGN_PASSWORD holds it',
      cause,
    });
  }
}

/** Encrypts a PKCS#8 key (DER). Gives the JSON for the PEM block. */
export function sealCosignKey(der: Uint8Array, passphrase: string): Buffer {
  const salt = randomBytes(32);
  const nonce = randomBytes(24);
  const box = xsalsa20poly1305(secretOf(passphrase, salt, parameters), nonce).encrypt(der);
  const sealed: Sealed = {
    kdf: { name: 'scrypt', params: parameters, salt: salt.toString('base64') },
    cipher: { name: 'nacl/secretbox', nonce: nonce.toString('base64') },
    ciphertext: Buffer.from(box).toString('base64'),
  };
  return Buffer.from(JSON.stringify(sealed));
}

function secretOf(passphrase: string, salt: Uint8Array, params: Sealed['kdf']['params']): Buffer {
  return scryptSync(passphrase, salt, 32, { ...params, maxmem: mostMemory + (1 << 20) });
}

function readSealed(json: Uint8Array, what: string): Sealed {
  let value: unknown;
  try {
    value = parseBoundedJson(json, { maxBytes: 64 << 10, maxDepth: 8 });
  } catch (error) {
    if (error instanceof JsonRefused) throw bad(what, error.message);
    throw error;
  }
  const sealed = value as Partial<Sealed> | null;
  const texts = [sealed?.kdf?.name, sealed?.kdf?.salt, sealed?.cipher?.name, sealed?.cipher?.nonce, sealed?.ciphertext];
  if (
    texts.every((text) => typeof text === 'string') &&
    typeof sealed?.kdf?.params === 'object' &&
    sealed.kdf.params !== null
  )
    return sealed as Sealed;
  throw bad(what, 'lacks members that an encrypted key has');
}

function bad(what: string, why: string): CodedError {
  return new CodedError('bad-private-key', `${what} ${why}`);
}
