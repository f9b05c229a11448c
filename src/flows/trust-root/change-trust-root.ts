import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { CodedError } from '../../model/index.ts';
import { enrol, type Enrolment, generateKeys, newTrustRoot, revoke } from '../../trust/index.ts';
import { readText } from '../policy/read-text.ts';

const largestBytes = 4 << 20;

/** Makes a new trust root file. @throws CodedError `file-exists`. */
export function initTrustRoot(file: string, name: string): void {
  writeNew(file, newTrustRoot(name), 0o644);
}

/** Enrols a key or log-in in a trust root file; its comments stay. */
export async function enrolInFile(file: string, enrolment: Enrolment): Promise<void> {
  replace(file, await enrol(await readText(file, largestBytes), file, enrolment));
}

/** Revokes keys and log-ins in a trust root file as of a time. */
export async function revokeInFile(file: string, revocation: Parameters<typeof revoke>[2]): Promise<void> {
  replace(file, await revoke(await readText(file, largestBytes), file, revocation));
}

/** Makes a pair of keys: PREFIX.key, for the owner alone, and PREFIX.pub. Gives the public key's id. */
export function makeKeyFiles(prefix: string, passphrase: string | undefined): { readonly id: string } {
  const { privatePem, publicKey } = generateKeys(passphrase);
  writeNew(`${prefix}.key`, privatePem, 0o600);
  writeNew(`${prefix}.pub`, publicKey.pem, 0o644);
  return { id: publicKey.id };
}

function writeNew(file: string, text: string, mode: number): void {
  try {
    fs.writeFileSync(file, text, { flag: 'wx', mode });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST')
      throw new CodedError('file-exists', `${file} is there already`, { hint: 'Name another, or move it away', cause });
    throw notWritten(file, cause);
  }
}

/** A reader sees the old file or the new one, never half of it. */
function replace(file: string, text: string): void {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    fs.writeFileSync(draft, text, { flag: 'wx', mode: fs.statSync(file).mode & 0o777 });
    fs.renameSync(draft, file);
  } catch (cause) {
    fs.rmSync(draft, { force: true });
    throw notWritten(file, cause);
  }
}

function notWritten(file: string, cause: unknown): CodedError {
  return new CodedError('file-not-written', `${file} could not be written: ${(cause as Error).message}`, { cause });
}
