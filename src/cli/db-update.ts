import { join } from 'node:path';
import { CodedError } from '../model/index.ts';
import {
  cacheDirectory,
  feedNames,
  inSeconds,
  publicAddresses,
  updateAdvisories,
  usualEcosystems,
} from '../flows/advisories/index.ts';
import type { FeedName } from '../flows/advisories/index.ts';
import type { RegisterCommand } from './command.ts';
import { progressLine } from './db-progress.ts';
import { reportInWords } from './db-report.ts';

interface Options {
  readonly db: string;
  readonly ecosystems: readonly string[];
  readonly feeds: readonly string[];
  readonly osvUrl: string;
  readonly kevUrl: string;
  readonly epssUrl: string;
  readonly eolUrl: string;
  readonly replace?: boolean;
  readonly offline?: boolean;
  readonly format: 'table' | 'json';
  readonly quiet?: boolean;
}

/** `plimsoll db update` */
export const registerDbUpdate: RegisterCommand = (command, io) => {
  command
    .option('--ecosystems <names...>', 'OSV ecosystems to fetch', collect, usualEcosystems)
    .option('--feeds <names...>', feedNames.join(', '), collect, feedNames)
    .option('--osv-url <address>', 'mirror of OSV’s exports: ADDRESS/Debian/all.zip', publicAddresses.osv)
    .option('--kev-url <address>', 'mirror of CISA’s catalogue of exploited vulnerabilities', publicAddresses.kev)
    .option('--epss-url <address>', 'mirror of the EPSS scores', publicAddresses.epss)
    .option('--eol-url <address>', 'mirror of the end-of-life data', publicAddresses.eol)
    .option('--replace', 'begin with an empty database')
    .option('--offline', 'refuse: an update needs the network')
    .addOption(
      command.createOption('-f, --format <format>', 'how to report').choices(['table', 'json']).default('table'),
    )
    .option('-q, --quiet', 'say nothing when all is well')
    .addHelpText(
      'after',
      '\nA broken download is continued by the next run.\n\nExamples:\n  plimsoll db update --ecosystems Debian npm\n  plimsoll db update --osv-url https://mirror.example/osv',
    )
    .action(async (options: Options) => {
      const line = progressLine(io, options.quiet === true);
      const builtAt = inSeconds(io.now);
      try {
        const outcome = await updateAdvisories({
          feeds: options.feeds.map(feedName),
          ecosystems: options.ecosystems,
          addresses: { osv: options.osvUrl, kev: options.kevUrl, epss: options.epssUrl, eol: options.eolUrl },
          database: options.db,
          cache: join(cacheDirectory(io.env), 'feeds'),
          offline: options.offline === true,
          replace: options.replace === true,
          builtAt,
          env: io.env,
          signal: io.signal,
          progress: line.show,
        });
        line.clear();
        const { report, digest, feeds } = outcome;
        if (options.format === 'json') io.stdout.write(`${JSON.stringify({ digest, feeds, ...report }, null, 2)}\n`);
        else if (options.quiet !== true) {
          for (const { origin, changed, sizeBytes } of feeds)
            io.stdout.write(
              `${origin.padEnd(18)} ${(sizeBytes / 1e6).toFixed(1).padStart(8)} MB  ${changed ? 'new' : 'unchanged'}\n`,
            );
          io.stdout.write(reportInWords(report, { digest, builtAt, datedBy: 'fetched' }, options.db));
        }
      } finally {
        line.clear();
      }
    });
};

/** Several words, or one with commas; the first given replaces the default. */
function collect(value: string, previous: readonly string[]): readonly string[] {
  const names = value
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return previous === usualEcosystems || previous === feedNames || previous === undefined
    ? names
    : [...previous, ...names];
}

function feedName(name: string): FeedName {
  const known = feedNames.find((feed) => feed === name);
  if (known !== undefined) return known;
  throw new CodedError('unknown-feed', `there is no feed ${name}`, {
    kind: 'usage',
    hint: `known are ${feedNames.join(', ')}`,
  });
}
