import path from 'node:path';
import { createInterface } from 'node:readline';
import type { RejudgeOutcome, Rejudger } from '../flows/rejudge/index.ts';
import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';
import { addStoreOptions, type StoreFlags, storeOptions } from './store-options.ts';

interface Flags extends StoreFlags {
  readonly db?: string;
  readonly bases?: string;
  readonly format: 'table' | 'json';
  readonly onDemand?: boolean;
}

/** `plimsoll rejudge`. */
export const registerRejudge: RegisterCommand = (command, io) => {
  command.addHelpText('before', 'Examples:\n  plimsoll rejudge\n  plimsoll rejudge --db advisories.db --format json\n');
  addStoreOptions(command, io)
    .optionsGroup('By what:')
    .option('--db <file>', 'the advisory database; default: advisories.db in the folder of data')
    .option('--bases <folder>', "the organisation's catalogue of bases, as the server has it")
    .optionsGroup('Output:')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .addOption(command.createOption('--on-demand', 'run once for each line of stdin; answer in JSON lines').hideHelp())
    .addHelpText('after', '\nA server does this by itself. No image is opened: records are judged as they are kept.\n')
    .action(async (flags: Flags) => {
      const [{ Rejudger }, { openStore }] = await Promise.all([
        import('../flows/rejudge/index.ts'),
        import('../server-store/index.ts'),
      ]);
      const store = await openStore({ ...storeOptions(flags), connections: 3, isBackground: true });
      const rejudger = new Rejudger(store, {
        databasePath: flags.db ?? path.join(flags.data, 'advisories.db'),
        bases: flags.bases,
      });
      try {
        if (flags.onDemand === true) await answer(rejudger, io);
        else print(await rejudger.run(() => new Date(), io.signal), flags, io);
      } finally {
        rejudger.close();
        await store.close();
      }
    });
};

/** A run for each line that comes in. */
async function answer(rejudger: Rejudger, io: Io): Promise<void> {
  const say = (what: object): void => void io.stdout.write(`${JSON.stringify(what)}\n`);
  for await (const _line of createInterface({ input: io.stdin, signal: io.signal })) {
    const before = process.cpuUsage();
    try {
      const outcome = await rejudger.run(() => new Date(), io.signal);
      const { user, system } = process.cpuUsage(before);
      say({ outcome: { ...outcome, cpuSeconds: (user + system) / 1e6 } });
    } catch (error) {
      if (io.signal.aborted) return;
      const code = error instanceof CodedError ? error.code : 'judging-failed';
      say({ error: { code, message: (error as Error).message } });
    }
  }
}

function print(outcome: RejudgeOutcome, { format }: Flags, io: Io): void {
  if (format === 'json') return void io.stdout.write(`${JSON.stringify(outcome, undefined, 2)}\n`);
  const { noticed, judged, turned, failed, postponed, next } = outcome;
  const why = {
    none: 'nothing changed since everything was judged',
    complete: `policy or advisories changed: all ${noticed.images} images were due`,
    policy: `the policy changed for some: ${noticed.images} images were due`,
    packages: `advisories say something else of ${noticed.packages} packages: ${noticed.images} images were due`,
    words: `VEX documents or trust changed: ${noticed.images} images were due`,
    older: 'others judge by a newer advisory database than there is here: nothing was done',
  }[noticed.kind];
  io.stdout.write(`${why}\n${judged} images judged, ${turned} verdicts turned\n`);
  for (const { image, why: reason } of failed) io.stdout.write(`  cannot tell: ${image}: ${reason}\n`);
  for (const { image, why: reason } of postponed) io.stdout.write(`  still due: ${image}: ${reason}\n`);
  if (next !== undefined) io.stdout.write(`time alone may turn a verdict next at ${next}\n`);
}
