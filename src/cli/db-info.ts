import { describeDatabase, undated } from '../flows/advisories/index.ts';
import type { DatabaseDescription } from '../flows/advisories/index.ts';
import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';

interface Options extends ServerFlags {
  readonly db: string;
  readonly format: 'table' | 'json';
  readonly verify?: boolean;
}

/** `plimsoll db info` */
export const registerDbInfo: RegisterCommand = (command, io) => {
  addOptionalServer(command, 'that of a server')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .option('--verify', 'read it whole and compare the contents with the digest')
    .action(async (options: Options) => {
      if (options.server !== undefined) return (await import('./db-info-there.ts')).advisoriesThere(options, io);
      const facts = describeDatabase(options.db, io.now, { verify: options.verify === true });
      io.stdout.write(options.format === 'json' ? `${JSON.stringify(facts, null, 2)}\n` : inWords(facts));
      if (facts.intact === false) io.exitStatus = exitStatus.toolError;
    });
};

/** How the date of a database is known, for people. */
export function datedByInWords({ builtAt, datedBy }: Pick<DatabaseDescription, 'builtAt' | 'datedBy'>): string {
  if (datedBy === 'newest')
    return builtAt === undated ? 'none of its advisories says a day until now' : 'its newest advisory';
  if (datedBy === 'fetched') return 'when its feeds were fetched';
  return datedBy === 'given' ? 'as --built-at said' : 'how that is known it does not say';
}

function inWords(facts: DatabaseDescription): string {
  const { exploited, epss, endOfLife } = facts;
  const lines = [
    `database   ${facts.path}`,
    `digest     ${facts.digest}`,
    `dated      ${facts.builtAt}, ${age(facts.ageSeconds)} old: ${datedByInWords(facts)}`,
    `advisories ${facts.advisories}, with ${facts.affected} packages that they speak of`,
    `exploited  ${entries(exploited.entries, 'CVEs', exploited.date)}`,
    `epss       ${entries(epss.entries, 'CVEs', epss.date)}`,
    `support    ${entries(endOfLife.cycles, 'release cycles', undefined)}, ${endOfLife.packages} packages no longer supported`,
    `last time  ${lastImport(facts.lastImport)}`,
  ];
  if (facts.intact !== undefined)
    lines.push(`contents   ${facts.intact ? 'match the digest' : 'do NOT match the digest: make the database anew'}`);
  const width = Math.max(9, ...facts.ecosystems.map(({ name }) => name.length));
  lines.push('', `${'ecosystem'.padEnd(width)} ${'advisories'.padStart(10)} ${'packages'.padStart(9)}  newest`);
  for (const { name, advisories, packages, newest } of facts.ecosystems)
    lines.push(
      `${name.padEnd(width)} ${String(advisories).padStart(10)} ${String(packages).padStart(9)}  ${dayOf(newest)}`,
    );
  return `${lines.map(visibleText).join('\n')}\n`;
}

/** Some publishers leave the date at the year 1. */
function dayOf(time: string): string {
  return time < '1980' ? 'not dated' : time.slice(0, 10);
}

function entries(number: number, what: string, date: string | undefined): string {
  return number === 0 ? 'none imported' : `${number} ${what}${date ? ` of ${date}` : ''}`;
}

function lastImport(counts: Readonly<Record<string, number>>): string {
  const { records = 0, added = 0, duplicates = 0, older = 0, withdrawn = 0, skipped = 0 } = counts;
  return `${records} records: ${added} added, ${duplicates} known already, ${older} older, ${withdrawn} withdrawn, ${skipped} left out`;
}

/** `6 h`, `3 days`: the largest unit that fits. */
function age(seconds: number): string {
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
