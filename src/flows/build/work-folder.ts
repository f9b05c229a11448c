import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a task a folder that only we may read, and takes it away however the task ends. */
export async function withWorkFolder<T>(
  env: Readonly<Record<string, string | undefined>>,
  task: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(env['TMPDIR'] || tmpdir(), 'plimsoll-build-'));
  try {
    return await task(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
