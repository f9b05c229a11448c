import { CodedError } from '../model/index.ts';
import { importAdvisories, inSeconds } from '../flows/advisories/index.ts';
import type { RegisterCommand } from './command.ts';
import { reportInWords } from './db-report.ts';
import { addOptionalServer } from './server-options.ts';
import { progressLine } from './db-progress.ts';

interface Options {
  readonly db: string;
  readonly replace?: boolean;
  readonly builtAt?: string;
  readonly format: 'table' | 'json';
  readonly quiet?: boolean;
  readonly server?: string | true;
}

/** `plimsoll db import PATH…` */
export const registerDbImport: RegisterCommand = (command, io) => {
  addOptionalServer(command, 'have a server take them in and judge what it keeps again')
    .argument(
      '<path...>',
      'OSV JSON or NDJSON, plain or gzip; a ZIP export of OSV; CISA KEV; EPSS; end-of-life data; directories of them',
    )
    .option('--replace', 'forget what is there')
    .option(
      '--built-at <time>',
      'date of the data as RFC 3339; default: that of the newest advisory, or what fetched feeds and --built-at said before',
    )
    .addOption(
      command.createOption('-f, --format <format>', 'how to report').choices(['table', 'json']).default('table'),
    )
    .option('-q, --quiet', 'say nothing when all is well')
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll db import all.zip\n  plimsoll db import advisories/ known_exploited_vulnerabilities.json --replace',
    )
    .action(async (paths: string[], options: Options) => {
      const builtAt = options.builtAt === undefined ? undefined : timeOption(options.builtAt);
      if (options.server !== undefined)
        return (await import('./db-import-there.ts')).importThere(paths, { ...options, builtAt }, io);
      const line = progressLine(io, options.quiet === true);
      try {
        const { report, digest, date } = await importAdvisories({
          paths,
          database: options.db,
          replace: options.replace === true,
          builtAt,
          now: io.now,
          signal: io.signal,
          progress: ({ records }, file) => line.show(`${records} records, ${file}`),
        });
        line.clear();
        if (options.format === 'json') io.stdout.write(`${JSON.stringify({ digest, ...date, ...report }, null, 2)}\n`);
        else if (options.quiet !== true) io.stdout.write(reportInWords(report, { digest, ...date }, options.db));
      } finally {
        line.clear();
      }
    });
};

/** A time given by the user; RFC 3339 in whole seconds. */
function timeOption(given: string): string {
  const time = new Date(given);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d\d-\d\d/.test(given))
    throw new CodedError('not-a-time', `--built-at ${given} is not a time`, {
      kind: 'usage',
      hint: '2026-11-23T06:00:00Z',
    });
  return inSeconds(time);
}
