import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { exportCommit, type GitSource, type World } from '../../build/index.ts';
import { CodedError } from '../../model/index.ts';
import type { CheckedSource } from './check-source.ts';

/** Where what is built lies, and how it is called relative to that. */
export interface BuildPlace {
  readonly folder: string;
  readonly context: string;
  readonly dockerfile: string;
  /** The folder was written out for this build. */
  readonly isOurs: boolean;
  /** The text of the Dockerfile. */
  readonly text: string;
}

/** The folder that a user names, links followed. @throws CodedError `context-missing`. */
export function contextFolder(context: string): string {
  if (statSync(context, { throwIfNoEntry: false })?.isDirectory() === true) return realpathSync(context);
  throw new CodedError('context-missing', `${context} is no folder`, {
    kind: 'usage',
    hint: 'plimsoll build FOLDER -t REFERENCE; of a repository elsewhere, check it out first',
  });
}

export interface PlaceOptions {
  readonly context: string;
  /** Default: `Dockerfile` in the context. */
  readonly dockerfile?: string;
  readonly source: GitSource | undefined;
  readonly checked: CheckedSource;
  readonly work: string;
}

/**
 * The commit written out, or the working tree where that is built as it is.
 * @throws CodedError `dockerfile-outside-source`, `dockerfile-missing`.
 */
export async function buildPlace(
  { context, dockerfile, source, checked, work }: PlaceOptions,
  world: World,
): Promise<BuildPlace> {
  const root = source?.root ?? context;
  const file = dockerfile === undefined ? join(context, 'Dockerfile') : realFile(resolve(dockerfile));
  const path = relative(root, file);
  const place = { context: relative(root, context) || '.', dockerfile: path };
  if (checked.dirty || source === undefined)
    return { ...place, folder: root, isOurs: false, text: readDockerfile(root, place) };
  if (path.startsWith('..') || isAbsolute(path))
    throw new CodedError(
      'dockerfile-outside-source',
      `${file} lies outside of ${root}, so its commit does not have it`,
      {
        kind: 'usage',
        hint: 'Commit it to the same repository',
      },
    );
  const folder = join(work, 'source');
  await exportCommit(source, folder, world);
  return { ...place, folder, isOurs: true, text: readDockerfile(folder, place) };
}

/** git names folders without links in them. */
function realFile(file: string): string {
  const folder = dirname(file);
  return existsSync(folder) ? join(realpathSync(folder), basename(file)) : file;
}

const largestBytes = 1 << 20;

/**
 * Reads the Dockerfile of a source, and makes sure that neither it nor the context leads out of the source by links.
 * @throws CodedError `dockerfile-missing`, `leads-out`.
 */
export function readDockerfile(
  folder: string,
  { context, dockerfile }: { context: string; dockerfile: string },
): string {
  const missing = (why: string, cause?: unknown): CodedError =>
    new CodedError('dockerfile-missing', `${dockerfile} could not be read: ${why}`, {
      hint: '-f names another; of a commit only what is committed counts',
      cause,
    });
  const file = join(folder, dockerfile);
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw missing('there is no such file');
  if (stat.size > largestBytes) throw missing(`it has more than ${largestBytes} bytes`);
  if (!dockerfile.startsWith('..')) checkInside(folder, dockerfile);
  checkInside(folder, context);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw missing(cause instanceof Error ? cause.message.split(',', 1)[0]! : String(cause), cause);
  }
}

function checkInside(folder: string, path: string): void {
  const [root, real] = [realpathSync(folder), realpathSync(join(folder, path))];
  if (real === root || real.startsWith(`${root}${sep}`)) return;
  throw new CodedError('leads-out', `${path} leads out of the source, to ${real}`, {
    hint: 'Commit what it leads to in its place',
  });
}
