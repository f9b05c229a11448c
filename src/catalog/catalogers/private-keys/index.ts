/** Binary key files to private keys: DER, PKCS#12, Java key stores, GnuPG. PEM is found by the pass over text (secrets). */
export { privateKeys } from './private-keys.ts';
