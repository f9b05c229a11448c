import type { LedgerListFlags } from './ledger-there.ts';
import type { RegisterCommand } from './command.ts';

/** `plimsoll ledger list`. */
export const registerLedgerList: RegisterCommand = (command, io) => {
  command
    .option('--actor <name>', 'done by whom')
    .addOption(command.createOption('--actor-kind <kind>', 'by what').choices(['human', 'automation']))
    .option('--action <action>', 'what: policy.change, or all of policies with policy.')
    .option('--subject <name>', 'done to what: a digest, a name')
    .option('--since <time>', 'from there on (RFC 3339)')
    .option('--until <time>', 'before that (RFC 3339)')
    .option('-n, --limit <number>', 'how many', '50')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .action(async (flags: LedgerListFlags) => (await import('./ledger-there.ts')).listThere(flags, io));
};
