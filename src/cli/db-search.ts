import { CodedError } from '../model/index.ts';
import { searchAdvisories } from '../flows/advisories/index.ts';
import type { FoundAdvisory } from '../flows/advisories/index.ts';
import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';

interface Options {
  readonly db: string;
  readonly format: 'table' | 'json';
  readonly limit: string;
}

/** `plimsoll db search QUERY` */
export const registerDbSearch: RegisterCommand = (command, io) => {
  command
    .argument('<query>', 'an id or alias in any case, a package name, or words of a title')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .option('--limit <number>', 'show at most this many', '20')
    .addHelpText('after', '\nExamples:\n  plimsoll db search CVE-2021-44228\n  plimsoll db search lodash --limit 100')
    .action((query: string, options: Options) => {
      const limit = Number(options.limit);
      if (!Number.isInteger(limit) || limit < 1)
        throw new CodedError('not-a-number', `--limit ${options.limit} is not a number above 0`, { kind: 'usage' });
      const result = searchAdvisories(options.db, query, limit);
      if (options.format === 'json') io.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
      else if (result.by === 'nothing')
        io.stdout.write(`${visibleText(`nothing in ${options.db} speaks of ${query}`)}\n`);
      else {
        io.stdout.write(`${result.advisories.map((found) => inWords(found, io.columns)).join('\n\n')}\n`);
        if (result.more) io.stdout.write(`\nthere are more; --limit ${limit * 5} shows them\n`);
      }
    });
};

function inWords(found: FoundAdvisory, columns: number): string {
  const lines = [`${[found.id, ...found.aliases].join(' ')}`];
  if (found.title !== undefined) lines.push(`  ${found.title}`);
  const facts = [
    found.published === undefined ? `changed ${found.modified}` : `published ${found.published}`,
    found.cvss === undefined ? undefined : `CVSS ${found.cvss.version} ${found.cvss.score.toFixed(1)}`,
    found.exploitedSince === undefined ? undefined : `known exploited since ${found.exploitedSince}`,
    found.epss === undefined ? undefined : `EPSS ${found.epss}`,
  ];
  lines.push(`  ${facts.filter((fact) => fact !== undefined).join(' · ')}`);
  for (const { ecosystem, package: name, ranges } of found.packages.slice(0, 10))
    lines.push(`  ${ecosystem}  ${name}  ${ranges}`);
  if (found.packages.length > 10) lines.push(`  and ${found.packages.length - 10} more packages`);
  if (found.reference !== undefined) lines.push(`  ${found.reference}`);
  return lines.map((line) => shorten(visibleText(line), columns)).join('\n');
}

function shorten(line: string, columns: number): string {
  return line.length <= columns ? line : `${line.slice(0, columns - 1)}…`;
}
