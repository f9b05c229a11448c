import type { RegisterCommand } from './command.ts';
import { registerLedgerExport } from './ledger-export.ts';
import { registerLedgerHead } from './ledger-head.ts';
import { registerLedgerList } from './ledger-list.ts';
import { registerLedgerVerify } from './ledger-verify.ts';
import { addServerOption } from './server-options.ts';

/** `plimsoll ledger`: what happened, and the proof of it. */
export const registerLedger: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const sub = (name: string, summary: string) =>
    command.command(name).summary(summary).description(summary).exitOverride();
  registerLedgerList(addServerOption(sub('list', 'say what happened, the latest first, of a server')), io);
  registerLedgerExport(sub('export', 'write the ledger to a file or webhook, for auditors and other systems'), io);
  registerLedgerVerify(sub('verify', 'say whether exported files are whole, and which entry is not'), io);
  registerLedgerHead(sub('head', 'sign what the ledger is now, to be kept elsewhere'), io);
};

const examples = `Examples:
  plimsoll ledger export --output ledger.jsonl          all of it, to be verified
  plimsoll ledger verify ledger.jsonl --key ledger.pub  on any machine, without network
  plimsoll ledger head > head.json                      keep it where nobody else can write
  plimsoll ledger verify ledger.jsonl --head head.json
  plimsoll ledger list --actor-kind human --action policy.  who changed policies, of a server
  plimsoll ledger export --server --output ledger.jsonl  over the API, as you are logged in
  plimsoll ledger export --format cef --output ledger.cef --cursor ledger.cursor
  plimsoll ledger export --format cloudevents --cursor siem.cursor \\
    --webhook https://siem.example.com/in
`;
