import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { CodedError } from '../../model/index.ts';
import { type DockerfileText, readDockerfile } from './read-dockerfile.ts';

/**
 * Writes a Dockerfile anew, whole or not at all: in its own encoding, with its mode and owner, behind the link where it is one.
 * Refuses where it was changed since it was read.
 */
export function writeDockerfile(
  file: string,
  { before, after }: { readonly before: DockerfileText; readonly after: string },
): void {
  if (readDockerfile(file).text !== before.text)
    throw new CodedError('dockerfile-changed', `${file} was changed meanwhile; nothing was written`, {
      hint: 'run it again',
    });
  let temporary: string | undefined;
  try {
    const target = fs.realpathSync(file);
    const { mode, uid, gid } = fs.statSync(target);
    temporary = `${target}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
    const descriptor = fs.openSync(temporary, 'wx', 0o600);
    try {
      fs.writeFileSync(descriptor, Buffer.from(after, before.encoding));
      if (process.getuid?.() === 0) fs.fchownSync(descriptor, uid, gid);
      fs.fchmodSync(descriptor, mode & 0o7777);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, target);
  } catch (error) {
    if (temporary !== undefined) fs.rmSync(temporary, { force: true });
    throw new CodedError('dockerfile-not-written', `${file} could not be written: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
