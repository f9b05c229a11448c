import { statSync } from 'node:fs';
import { CodedError } from '../model/index.ts';
import { counted, visibleText } from '../report/index.ts';
import { ask } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

const patienceMs = 30 * 60_000;

interface Options extends ServerFlags {
  readonly replace?: boolean;
  /** RFC 3339 */
  readonly builtAt?: string | undefined;
  readonly format: 'table' | 'json';
  readonly quiet?: boolean;
}

/** Sends files of advisories to a server, which judges what it keeps again. */
export async function importThere(paths: readonly string[], options: Options, io: Io): Promise<void> {
  if (options.replace === true)
    throw new CodedError('usage', '--replace does not go with --server: it adds to what it has', { kind: 'usage' });
  for (const path of paths)
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true)
      throw new CodedError('feed-missing', `${path} is no file`, { kind: 'usage', hint: 'zip a folder to send it' });
  const query = options.builtAt === undefined ? {} : { builtAt: options.builtAt };
  await withServer(options, io, async (server) => {
    for (const file of paths) {
      const came = await ask(server, 'importAdvisories', { query, file, patienceMs });
      if (options.format === 'json') io.stdout.write(`${JSON.stringify({ file, ...came })}\n`);
      else if (options.quiet !== true)
        io.stdout.write(
          `${visibleText(file)}: ${counted(came.read, 'record')} read, ${came.changed} new; ${counted(came.judged, 'image')} judged again, ${counted(came.turned, 'verdict')} turned; dated ${came.builtAt}\n`,
        );
    }
  });
}
