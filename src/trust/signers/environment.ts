import { CodedError } from '../../model/index.ts';
import { parsePrivateKey } from '../keys/private-key.ts';
import { passphraseIn, type SignerKind } from './signer.ts';
import { signerOfKey } from './signer-of-key.ts';

const prefix = 'env://';

/** A key that a pipeline keeps in a variable. */
export const environment: SignerKind = {
  name: 'environment',
  form: 'env://VARIABLE',
  summary: 'the same PEM in a variable, as pipelines keep secrets',
  takes: (name) => name.startsWith(prefix),
  async open(name, { env }) {
    const pem = env[name.slice(prefix.length)];
    if (pem === undefined || pem === '')
      throw new CodedError('key-unreadable', `the key ${name} could not be read: there is no such variable`);
    return signerOfKey(
      parsePrivateKey(pem, name, () => passphraseIn(env)),
      name,
    );
  },
};
