import fs from 'node:fs';
import { CodedError } from '../../model/index.ts';
import { readBytes } from '../policy/read-text.ts';
import { openEnvelopeSigner, type SigningOptions } from './envelope-signer.ts';

export interface SignBlobOptions extends SigningOptions {
  readonly bundleFile?: string;
  readonly signatureFile?: string;
}

const blobLimitBytes = 2 ** 31 - 1;

/** Signs a file. Writes the bundle and the bare signature where they are asked for; gives the signature in base64. */
export async function signBlob(file: string, options: SignBlobOptions): Promise<{ readonly signature: string }> {
  const signing = await openEnvelopeSigner(options);
  const { bundle, signature } = await signing.message(await readBytes(file, blobLimitBytes));
  const text = signature.toString('base64');
  if (options.bundleFile !== undefined) write(options.bundleFile, bundle);
  if (options.signatureFile !== undefined) write(options.signatureFile, text);
  return { signature: text };
}

function write(file: string, content: string | Uint8Array): void {
  try {
    fs.writeFileSync(file, content);
  } catch (cause) {
    throw new CodedError('file-not-written', `${file} could not be written: ${(cause as Error).message}`, { cause });
  }
}
