import { CodedError } from '../model/index.ts';
import { importAdvisories } from '../flows/advisories/index.ts';
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
    .option('--built-at <time>', 'date of the data as RFC 3339, when it is not today’s')
    .addOption(
      command.createOption('-f, --format <format>', 'how to report').choices(['table', 'json']).default('table'),
    )
    .option('-q, --quiet', 'say nothing when all is well')
    .addHelpText(
      'after',
      '\nExamples:\n  plimsoll db import all.zip\n  plimsoll db import advisories/ known_exploited_vulnerabilities.json --replace',
    )
    .action(async (paths: string[], options: Options) => {
      if (options.server !== undefined) return (await import('./db-import-there.ts')).importThere(paths, options, io);
      const line = progressLine(io, options.quiet === true);
      try {
        const { report, digest } = await importAdvisories({
          paths,
          database: options.db,
          replace: options.replace === true,
          builtAt: timeOption(options.builtAt, io.now),
          signal: io.signal,
          progress: ({ records }, file) => line.show(`${records} records, ${file}`),
        });
        line.clear();
        if (options.format === 'json') io.stdout.write(`${JSON.stringify({ digest, ...report }, null, 2)}\n`);
        else if (options.quiet !== true) io.stdout.write(reportInWords(report, digest, options.db));
      } finally {
        line.clear();
      }
    });
};

/** A time given by the user, or now; RFC 3339 in whole seconds. */
function timeOption(given: string | undefined, now: Date): string {
  const time = given === undefined ? now : new Date(given);
  if (Number.isNaN(time.getTime()) || (given !== undefined && !/^\d{4}-\d\d-\d\d/.test(given)))
    throw new CodedError('not-a-time', `--built-at ${given} is not a time`, {
      kind: 'usage',
      hint: '2026-11-23T06:00:00Z',
    });
  return `${time.toISOString().slice(0, 19)}Z`;
}
