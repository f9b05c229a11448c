import path from 'node:path';
import { CodedError } from '../model/index.ts';
import type { PolicySimulation } from '../flows/simulate/index.ts';
import { visibleText } from '../report/index.ts';
import { ask } from './ask-server.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';
import { addOptionalServer, type ServerFlags, withServer } from './server-options.ts';
import { addStoreOptions, type StoreFlags, storeOptions } from './store-options.ts';

const patienceMs = 10 * 60_000;

interface Flags extends StoreFlags, ServerFlags {
  readonly since: string;
  readonly db?: string;
  readonly format: 'table' | 'json';
}

/** `plimsoll policy simulate NEW`. */
export const registerPolicySimulate: RegisterCommand = (command, io) => {
  command
    .argument('<policy>', 'a policy file, or a built-in policy')
    .addHelpText(
      'before',
      'Examples:\n  plimsoll policy simulate stricter.yaml\n  plimsoll policy simulate production --since 90d --format json\n',
    )
    .option('--since <days>', 'images that were kept, and containers that ran, in so many days', '30d')
    .option('--db <file>', 'the advisory database; default: advisories.db in the folder of data')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    );
  addOptionalServer(addStoreOptions(command, io), 'ask a server over its API').action(
    async (name: string, flags: Flags) => {
      const sinceDays = daysOf(flags.since);
      const tell = (simulation: PolicySimulation, policy: string): void => {
        if (flags.format === 'json') io.stdout.write(`${JSON.stringify(simulation, undefined, 2)}\n`);
        else io.stdout.write(inWords(simulation, { policy, sinceDays, io }));
      };
      if (flags.server !== undefined) {
        const { textOfPolicy } = await import('../flows/policy/index.ts');
        const text = await textOfPolicy(name);
        const body = { text, sinceDays };
        return tell(await withServer(flags, io, (server) => ask(server, 'simulatePolicy', { body, patienceMs })), name);
      }
      const [{ loadPolicy }, { simulatePolicy }, { openStore }] = await Promise.all([
        import('../flows/policy/index.ts'),
        import('../flows/simulate/index.ts'),
        import('../server-store/index.ts'),
      ]);
      const policy = await loadPolicy(name);
      const store = await openStore(storeOptions(flags));
      try {
        const simulation = await simulatePolicy(store, {
          ...{ policy, sinceDays, reach: undefined, now: io.now },
          databasePath: flags.db ?? path.join(flags.data, 'advisories.db'),
        });
        tell(simulation, policy.name);
      } finally {
        await store.close();
      }
    },
  );
};

function daysOf(text: string): number {
  const days = /^(\d{1,3})d?$/.exec(text)?.[1];
  if (days === undefined || Number(days) < 1 || Number(days) > 365)
    throw new CodedError('usage', `--since takes 1d to 365d, not ${text}`, { kind: 'usage' });
  return Number(days);
}

const mostShown = 40;

function inWords(
  { stopped, released, unchanged, cost, list }: PolicySimulation,
  { policy, sinceDays, io }: { readonly policy: string; readonly sinceDays: number; readonly io: Io },
): string {
  const total = stopped + released + unchanged;
  // Nothing to judge is no word on the policy.
  if (total === 0)
    return `No image ran or was kept in ${counted(sinceDays, 'day')}: what ${policy} would have done nobody can tell\n`;
  const lines = [
    `By ${policy}, of ${counted(total, 'image')} that ran or ${total === 1 ? 'was' : 'were'} kept in ${counted(sinceDays, 'day')}:`,
    `  ${stopped} would have been stopped, ${released} released, ${unchanged} judged as they are`,
  ];
  if (cost.images > 0) {
    const { containers, workloads, teams, owners, ran, started, fixes } = cost;
    lines.push('', 'What stopping them would have cost:');
    const ofWorkloads = workloads === 0 ? '' : `, of ${counted(workloads, 'workload')}`;
    lines.push(`  ${counted(containers, 'container runs', 'containers run')} now${ofWorkloads}`);
    lines.push(`  ${counted(started, 'start')} in that time, ${counted(ran, 'container')} ran`);
    if (teams.length > 0) lines.push(`  teams   ${named(teams)}`);
    if (owners.length > 0) lines.push(`  owners  ${named(owners)}`);
    if (fixes.fixed + fixes.unfixed > 0) lines.push(`  ${waitOf(fixes)}`);
  }
  if (list.length > 0) lines.push('');
  const width = Math.min(40, Math.max(0, ...list.slice(0, mostShown).map(({ name }) => name.length)));
  for (const { name, scope, from, to, running, why } of list.slice(0, mostShown)) {
    const turn = `${wordOf(from)} → ${wordOf(to)}`;
    const runs = running === 0 ? '' : `, ${running} running`;
    lines.push(`  ${fit(visibleText(name), width)}  ${turn.padEnd(20)}  ${scope}${runs}`);
    lines.push(`    ${fit(visibleText(why), Math.max(20, io.columns - 6)).trimEnd()}`);
  }
  const more = list.length - mostShown;
  if (more > 0) lines.push(`  and ${more} more: --format json has up to 500`);
  return `${lines.join('\n')}\n`;
}

function waitOf({ fixed, unfixed, medianDays }: PolicySimulation['cost']['fixes']): string {
  const all = counted(fixed + unfixed, 'vulnerability', 'vulnerabilities');
  if (fixed === 0) return `none of the ${all} that stop them has a fix yet`;
  const wait = medianDays === 0 ? 'as soon as it was seen' : `${counted(medianDays ?? 0, 'day')} after it was seen`;
  return `of ${all} that stop them ${fixed} have a fix, in the middle ${wait}; ${unfixed} have none`;
}

function wordOf(result: string): string {
  return result === 'cannot-tell' ? 'cannot tell' : result;
}

function named(all: readonly string[]): string {
  const shown = all.slice(0, 6).map(visibleText).join(', ');
  return all.length > 6 ? `${shown} and ${all.length - 6} more` : shown;
}

function fit(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
}

function counted(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}
