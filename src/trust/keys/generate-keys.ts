import { generateKeyPairSync } from 'node:crypto';
import { sealCosignKey } from './cosign-key.ts';
import { type PublicKey, publicKeyOf } from './public-key.ts';

/** A new pair: the private key as the text of its file. */
export interface KeyPair {
  readonly privatePem: string;
  readonly publicKey: PublicKey;
}

/** Makes an ECDSA P-256 pair. With a passphrase the private key is encrypted as cosign encrypts, so that cosign reads it too. */
export function generateKeys(passphrase: string | undefined): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (passphrase === undefined)
    return {
      privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      publicKey: publicKeyOf(publicKey, 'the new key'),
    };
  const sealed = sealCosignKey(privateKey.export({ type: 'pkcs8', format: 'der' }), passphrase).toString('base64');
  const lines = sealed.match(/.{1,64}/g) ?? [];
  const label = 'ENCRYPTED SIGSTORE PRIVATE KEY';
  return {
    privatePem: `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`,
    publicKey: publicKeyOf(publicKey, 'the new key'),
  };
}
