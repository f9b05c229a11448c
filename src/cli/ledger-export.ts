import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import type { ExportFlags } from './run-ledger-export.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import { addStoreOptions } from './store-options.ts';

/** `plimsoll ledger export`. */
export const registerLedgerExport: RegisterCommand = (command, io) => {
  command
    .optionsGroup('What:')
    .addOption(
      command
        .createOption('-f, --format <format>', 'JSON lines that can be verified, CEF in syslog lines, CloudEvents')
        .choices(['jsonl', 'cef', 'cloudevents'])
        .default('jsonl'),
    )
    .option('--since <time>', 'from there on: a time (RFC 3339, 2026-11-26) or the number of an entry')
    .option('--until <time>', 'up to there: a time, not among them, or the number of the last entry')
    .optionsGroup('Where to:')
    .option('-o, --output <file>', 'a file instead of the terminal')
    .option('--webhook <url>', 'an address that takes CloudEvents in batches')
    .option('--syslog <address>', 'a receiver of syslog lines: tcp://HOST:PORT, tls://HOST:PORT')
    .option('--webhook-token <token>', 'sent as bearer token; better in PLIMSOLL_WEBHOOK_TOKEN')
    .option('--cursor <file>', 'go on behind what was delivered the last time, which this file says')
    .optionsGroup('What signs the tree head over all of it (JSON lines):')
    .option('--key <key>', 'a key: FILE, env://VARIABLE, exec:PROGRAM. Default: ledger.key in the folder of data');
  addOptionalServer(addStoreOptions(command, io), 'ask a server over its API, from --since on');
  command.action(async (flags: ExportFlags & ServerFlags) => {
    if (flags.server !== undefined) return (await import('./ledger-there.ts')).exportThere(flags, io);
    if (flags.webhook !== undefined && (flags.format !== 'cloudevents' || flags.output !== undefined))
      throw new CodedError('usage', '--webhook takes --format cloudevents, and no --output', { kind: 'usage' });
    if (flags.syslog !== undefined && (flags.format !== 'cef' || flags.output !== undefined))
      throw new CodedError('usage', '--syslog takes --format cef, and no --output', { kind: 'usage' });
    if (flags.cursor !== undefined && [flags.output, flags.webhook, flags.syslog].every((to) => to === undefined))
      throw new CodedError('usage', '--cursor needs --output, --webhook or --syslog: it says what they have', {
        kind: 'usage',
      });
    const { runLedgerExport } = await import('./run-ledger-export.ts');
    await runLedgerExport(flags, io);
  });
};
