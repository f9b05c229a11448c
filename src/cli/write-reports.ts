import fs from 'node:fs';
import { CodedError } from '../model/index.ts';
import type { Io } from './io.ts';

/** Writes a report to stdout, or to a file that appears whole or not at all. */
export async function writeReport(text: string | Uint8Array, file: string | undefined, io: Io): Promise<void> {
  if (file === undefined) {
    await new Promise<void>((resolve, reject) => io.stdout.write(text, (error) => (error ? reject(error) : resolve())));
    return;
  }
  // Takes a tenth of a small command's time, and few write files.
  const { randomBytes } = await import('node:crypto');
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    fs.writeFileSync(temporary, text, { flag: 'wx' });
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new CodedError('report-not-written', `${file} could not be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
