import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import { type Answer, ask } from './ask-server.ts';
import type { RegisterCommand } from './command.ts';
import { addServerOption, type ServerFlags, withServer } from './server-options.ts';

type Times = Answer<'getTimeToFix'>;

interface Flags extends ServerFlags {
  readonly since?: string;
  readonly until?: string;
  readonly team?: string;
  readonly severity?: Times['bySeverity'][number]['severity'];
  readonly kind: 'vulnerability' | 'secret' | 'private-key' | 'misconfiguration' | 'bloat';
  readonly format: 'table' | 'json';
}

/** `plimsoll report`: what a server says to auditors. */
export const registerReport: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const summary = 'say how long it took to be rid of findings, by team and severity';
  const sub = command.command('time-to-fix').summary(summary).description(summary).exitOverride();
  addServerOption(sub)
    .option('--since <time>', 'count what went from then on: a day or RFC 3339; default: 90 days before the end')
    .option('--until <time>', 'the end of the time, not part of it; default: now')
    .option('--team <team>', 'of one team')
    .addOption(
      sub
        .createOption('--severity <severity>', 'of one severity')
        .choices(['critical', 'high', 'medium', 'low', 'negligible', 'unknown']),
    )
    .addOption(
      sub
        .createOption('--kind <kind>', 'of findings')
        .choices(['vulnerability', 'secret', 'private-key', 'misconfiguration', 'bloat'])
        .default('vulnerability'),
    )
    .addOption(sub.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .action(async (flags: Flags) => {
      const { team, severity, kind } = flags;
      const query = {
        since: timeOf('--since', flags.since),
        until: timeOf('--until', flags.until),
        team,
        severity,
        kind,
      };
      const times = await withServer(flags, io, (server) => ask(server, 'getTimeToFix', { query }));
      io.stdout.write(flags.format === 'json' ? `${JSON.stringify(times, undefined, 2)}\n` : inWords(times));
    });
};

function timeOf(flag: string, given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const time = new Date(given);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-\d\d-\d\d/.test(given))
    throw new CodedError('not-a-time', `${flag} ${given} is not a time`, { kind: 'usage', hint: '2026-11-23' });
  return time.toISOString();
}

/** A line for each team and severity, days as `median / p90`. */
function inWords({ since, until, items, bySeverity, all }: Times): string {
  const head = ['team', 'severity', 'fixed', 'from seen', 'from fixable', 'open', 'age', 'oldest', 'waived'];
  const lineOf = (team: string, severity: string, times: Times['all']): readonly string[] => [
    ...[team, severity, String(times.fromFirstSeen.count), both(times.fromFirstSeen), both(times.fromFirstFixable)],
    ...[String(times.open.count), both(times.open), told(times.open.oldestDays), String(times.waived)],
  ];
  const lines = [
    head,
    ...items.map(({ team, severity, ...times }) => lineOf(visibleText(team ?? '(no team)'), severity, times)),
    ...bySeverity.map(({ severity, ...times }) => lineOf('(all)', severity, times)),
    lineOf('(all)', 'all', all),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const table = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const title = `from ${since.slice(0, 10)} to ${until.slice(0, 10)}, in days: median / 90th percentile`;
  return `${[title, '', ...table].join('\n')}\n`;
}

function both({
  medianDays,
  p90Days,
}: {
  readonly medianDays: number | null;
  readonly p90Days: number | null;
}): string {
  return medianDays === null ? '-' : `${medianDays} / ${told(p90Days)}`;
}

function told(days: number | null): string {
  return days === null ? '-' : String(days);
}

const examples = `Examples:
  plimsoll report time-to-fix --since 2026-07-01 --until 2026-10-01
  plimsoll report time-to-fix --team shop --severity critical --format json
`;
