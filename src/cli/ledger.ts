import type { RegisterCommand } from './command.ts';
import { registerLedgerExport } from './ledger-export.ts';
import { registerLedgerHead } from './ledger-head.ts';
import { registerLedgerVerify } from './ledger-verify.ts';

/** `plimsoll ledger`: what happened, and the proof of it. */
export const registerLedger: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const sub = (name: string, summary: string) =>
    command.command(name).summary(summary).description(summary).exitOverride();
  registerLedgerExport(sub('export', 'write the ledger to a file or webhook, for auditors and other systems'), io);
  registerLedgerVerify(sub('verify', 'say whether exported files are whole, and which entry is not'), io);
  registerLedgerHead(sub('head', 'sign what the ledger is now, to be kept elsewhere'), io);
};

const examples = `Examples:
  plimsoll ledger export --output ledger.jsonl          all of it, to be verified
  plimsoll ledger verify ledger.jsonl --key ledger.pub  on any machine, without network
  plimsoll ledger head > head.json                      keep it where nobody else can write
  plimsoll ledger verify ledger.jsonl --head head.json
  plimsoll ledger export --format cef --output ledger.cef --cursor ledger.cursor
  plimsoll ledger export --format cloudevents --cursor siem.cursor \\
    --webhook https://siem.example.com/in
`;
