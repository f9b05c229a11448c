import { constants } from 'node:fs';
import { lstat, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { InitFile } from '../../../dockerfile/init/index.ts';
import { CodedError } from '../../../model/index.ts';

/** What became, or would become, of one file. */
export interface FileOutcome {
  readonly path: string;
  /** `kept`: there is another already. `same`: it is there as it would be written. */
  readonly outcome: 'written' | 'replaced' | 'kept' | 'same';
  /** What is there now and differs. */
  readonly before?: string;
  readonly after: string;
}

export interface WriteOptions {
  /** Replaces files that differ. */
  readonly force: boolean;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
}

/** An existing file is read up to this size. */
const largestBytes = 1 << 20;
/** Other names under which the same tool finds the same file. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  'compose.yaml': ['compose.yml', 'docker-compose.yaml', 'docker-compose.yml'],
};

/**
 * Writes files into a directory, each whole or not at all; what is there stays unless it is forced. Throws
 * `file-in-the-way` before anything is written, `file-unwritable`.
 */
export async function writeFiles(
  directory: string,
  files: readonly InitFile[],
  options: WriteOptions,
): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  for (const { path: wanted, text } of files) {
    const path = await nameThere(directory, wanted);
    const before = await existing(join(directory, path), path);
    const outcome = before === undefined ? 'written' : before === text ? 'same' : options.force ? 'replaced' : 'kept';
    outcomes.push({ path, outcome, after: text, ...(before === undefined || before === text ? {} : { before }) });
  }
  if (options.dryRun) return outcomes;
  for (const { path, outcome, after } of outcomes)
    if (outcome === 'written' || outcome === 'replaced') await put(join(directory, path), after, path);
  return outcomes;
}

/** The name under which the file is there already, else the wanted one. */
async function nameThere(directory: string, wanted: string): Promise<string> {
  for (const name of [wanted, ...(otherNames[wanted] ?? [])])
    if ((await lstat(join(directory, name)).catch(() => undefined)) !== undefined) return name;
  return wanted;
}

/** What is there; a link is not followed, since it may lead out of the project. */
async function existing(file: string, path: string): Promise<string | undefined> {
  const facts = await lstat(file).catch(() => undefined);
  if (facts === undefined) return undefined;
  if (!facts.isFile() || facts.size > largestBytes)
    throw new CodedError(
      'file-in-the-way',
      `${path} is ${facts.isSymbolicLink() ? 'a link' : facts.isFile() ? 'larger than 1 MiB' : 'not a file'}, and is neither compared nor replaced`,
      { hint: 'move it away, or print instead: --dry-run in another directory' },
    );
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    return await handle.readFile('utf8');
  } finally {
    await handle.close();
  }
}

async function put(file: string, text: string, path: string): Promise<void> {
  const draft = `${file}.${process.pid}.draft`;
  try {
    await writeFile(draft, text, { flag: 'wx' });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new CodedError('file-unwritable', `${path} could not be written: ${(error as Error).message}`, {
      hint: 'print it instead: --dry-run',
      cause: error,
    });
  }
}
