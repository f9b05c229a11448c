import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import type { BodiesFlags } from './run-store-bodies.ts';
import type * as runStore from './run-store.ts';
import { addBodiesOption, addStoreOptions, type StoreFlags } from './store-options.ts';

/** `plimsoll store`: the server's data kept safe. */
export const registerStore: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const sub = (name: string, summary: string) =>
    addStoreOptions(command.command(name).summary(summary).description(summary).exitOverride(), io);
  sub('backup', 'write all of the store, as it is now, to one file')
    .argument('<file>', 'the file; it holds everything: keep it as you keep the store')
    .option('--with-bodies', 'records that lie outside of the database come along')
    .action(async (file: string, flags: StoreFlags & { readonly withBodies?: true }) =>
      (await work()).backup(file, flags, io),
    );
  sub('restore', 'fill an empty store from such a file')
    .argument('<file>', 'a backup')
    .action(async (file: string, flags: StoreFlags) => (await work()).restore(file, flags, io));
  sub('export', 'print records, verdicts, documents and what runs as JSON lines for other programs').action(
    async (flags: StoreFlags) => (await work()).exportAll(flags, io),
  );
  sub('prune', 'take away what has been over for so many days; never the ledger, policies or waivers')
    .requiredOption('--older-than <days>', 'how many', days)
    .action(async (flags: StoreFlags & { readonly olderThan: number }) => (await work()).prune(flags, io));
  addBodiesOption(sub('bodies', 'where records and other large things lie, and whether they are still there'))
    .option('--check', 'fetch each and check its digest; what is lost can no longer be told')
    .option('--move', 'bring all to where --bodies says')
    .action(async (flags: BodiesFlags) => (await import('./run-store-bodies.ts')).bodies(flags, io));
};

/** PostgreSQL's client is only loaded by what runs. */
function work(): Promise<typeof runStore> {
  return import('./run-store.ts');
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 36_500)
    throw new CodedError('usage', `--older-than takes a number of days from 1 on, not "${text}"`, { kind: 'usage' });
  return value;
}

const examples = `Examples:
  plimsoll store backup plimsoll-2026-11-26.backup
  plimsoll store restore plimsoll-2026-11-26.backup --data /srv/plimsoll
  plimsoll store prune --older-than 400
  plimsoll store bodies --move --bodies 's3://plimsoll/records?region=eu-central-1'
`;
