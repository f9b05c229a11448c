import { generateKeyPairSync } from 'node:crypto';
import path from 'node:path';
import { ensureSecretFile } from '../../server-store/index.ts';
import { openSigner, type Signer, type SignerOptions } from '../../trust/index.ts';

/**
 * What signs the ledger's tree heads: the key that is named, else one in the folder of data, made when it is first needed. A key
 * that lies elsewhere than the database (`exec:` for an HSM) is worth more: who can change both can rewrite the ledger.
 * @returns undefined where none is named and there is no folder.
 */
export async function ledgerSigner(
  { key, folder }: { readonly key?: string; readonly folder?: string },
  options: SignerOptions,
): Promise<Signer | undefined> {
  if (key !== undefined) return openSigner(key, options);
  if (folder === undefined) return undefined;
  const file = path.join(folder, 'ledger.key');
  ensureSecretFile(file, () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return openSigner(file, options);
}
