import { createPrivateKey, type KeyObject } from 'node:crypto';
import { CodedError } from '../../model/index.ts';
import { openCosignKey } from './cosign-key.ts';

const largestPem = 64 << 10;
const encrypted =
  /-----BEGIN (ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY)-----([A-Za-z0-9+/=\s]{1,65536})-----END \1-----/;

/**
 * Reads a private key in PEM: PKCS#8 (RFC 5958) plain or encrypted, the older forms of EC and RSA, or cosign's own.
 * @param passphrase is asked only where the key is encrypted.
 * @throws CodedError `bad-private-key`, `passphrase-missing`, `wrong-passphrase`.
 */
export function parsePrivateKey(pem: string, what: string, passphrase: () => string | undefined): KeyObject {
  if (pem.length > largestPem) throw new CodedError('bad-private-key', `${what} is too large for a private key`);
  const sealed = encrypted.exec(pem);
  if (sealed !== null) {
    const der = openCosignKey(Buffer.from(sealed[2]!, 'base64'), asked(passphrase, what), what);
    return readKey(what, () => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
  }
  if (!/-----BEGIN (?:[A-Z]{2,9} )?PRIVATE KEY-----/.test(pem))
    throw new CodedError('bad-private-key', `${what} holds no PEM block PRIVATE KEY`, {
      hint: 'plimsoll trust keygen makes a pair of keys',
    });
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    const secret = asked(passphrase, what);
    try {
      return createPrivateKey({ key: pem, passphrase: secret });
    } catch (cause) {
      throw new CodedError('wrong-passphrase', `${what} could not be decrypted: the passphrase is wrong`, {
        hint: 'PLIMSOLL_PASSWORD or COSIGN_PASSWORD holds it',
        cause,
      });
    }
  }
  return readKey(what, () => createPrivateKey(pem));
}

function asked(passphrase: () => string | undefined, what: string): string {
  const secret = passphrase();
  if (secret !== undefined) return secret;
  throw new CodedError('passphrase-missing', `${what} is encrypted, and there is no passphrase`, {
    hint: 'Set PLIMSOLL_PASSWORD or COSIGN_PASSWORD',
  });
}

function readKey(what: string, read: () => KeyObject): KeyObject {
  try {
    return read();
  } catch (cause) {
    throw new CodedError('bad-private-key', `${what} holds a private key that cannot be read`, { cause });
  }
}
