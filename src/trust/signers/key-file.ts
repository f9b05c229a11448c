import { readFileSync, statSync } from 'node:fs';
import { CodedError } from '../../model/index.ts';
import { parsePrivateKey } from '../keys/private-key.ts';
import { passphraseIn, type SignerKind } from './signer.ts';
import { signerOfKey } from './signer-of-key.ts';

const largestBytes = 64 << 10;

/** A key in a PEM file. */
export const keyFile: SignerKind = {
  name: 'file',
  form: 'FILE',
  summary: 'a PEM file: PKCS#8, plain or encrypted, or cosign.key; the passphrase from PLIMSOLL_PASSWORD',
  takes: () => true,
  async open(name, { env }) {
    const pem = readKeyFile(name);
    return signerOfKey(
      parsePrivateKey(pem, name, () => passphraseIn(env)),
      name,
    );
  },
};

/** The text of a key file. @throws CodedError `key-unreadable`. */
export function readKeyFile(name: string): string {
  try {
    const stat = statSync(name);
    if (!stat.isDirectory() && stat.size <= largestBytes) return readFileSync(name, 'utf8');
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    const why = isMissing ? 'there is no such file' : cause instanceof Error ? cause.message : String(cause);
    throw new CodedError('key-unreadable', `the key ${name} could not be read: ${why}`, { cause });
  }
  throw new CodedError('key-unreadable', `the key ${name} could not be read: it is a directory, or larger than 64 KiB`);
}
