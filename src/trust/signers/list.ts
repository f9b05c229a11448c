import { environment } from './environment.ts';
import { exec } from './exec.ts';
import { keyFile } from './key-file.ts';
import type { Signer, SignerKind, SignerOptions } from './signer.ts';

/** Every kind of place for keys; the first that takes a name opens it. */
export const signerKinds: readonly SignerKind[] = [exec, environment, keyFile];

/** Opens the key that a user names. @throws CodedError */
export function openSigner(name: string, options: SignerOptions): Promise<Signer> {
  return signerKinds.find((kind) => kind.takes(name))!.open(name, options);
}
