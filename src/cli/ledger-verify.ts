import type { LedgerVerification } from '../flows/ledger/index.ts';
import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import { progressLine } from './progress.ts';

interface VerifyFlags extends ServerFlags {
  readonly key: readonly string[];
  readonly head: readonly string[];
  readonly format: 'table' | 'json';
}

/** `plimsoll ledger verify FILE…`. */
export const registerLedgerVerify: RegisterCommand = (command, io) => {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  addOptionalServer(command, 'have a server check its own ledger: an exported file is worth more')
    .argument('[files...]', 'exported as JSON lines; several that follow one another, in their order')
    .option('--key <file>', 'a public key whose tree heads count; without, those that the file brings', collect, [])
    .option('--head <file>', 'a tree head that you kept: the ledger must still begin with it', collect, [])
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .addHelpText('after', '\nExit status: 0 whole, 2 altered, dropped or reordered, 3 cannot tell.\n')
    .action(async (files: readonly string[], flags: VerifyFlags) => {
      const { key, head, format } = flags;
      if (flags.server !== undefined) return (await import('./ledger-there.ts')).verifyThere(files, flags, io);
      if (files.length === 0)
        throw new CodedError('usage', 'no file is named', {
          kind: 'usage',
          hint: 'plimsoll ledger verify ledger.jsonl',
        });
      const { verifyLedger } = await import('../flows/ledger/index.ts');
      const progress = progressLine(io, format === 'json');
      const checked = await verifyLedger(files, {
        keyFiles: key,
        headFiles: head,
        onProgress: (bytes) => progress.show(`verified ${(bytes / 1e6).toFixed(0)} MB`),
      });
      if (io.progress) io.stderr.write('\r\u001b[K');
      io.stdout.write(format === 'json' ? `${JSON.stringify(checked, undefined, 2)}\n` : inWords(checked, files));
      if (checked.result === 'broken') io.exitStatus = exitStatus.fail;
      if (checked.result === 'cannot-tell') io.exitStatus = exitStatus.cannotTell;
    });
};

function inWords(checked: LedgerVerification, files: readonly string[]): string {
  const { result, fault, covered, ledger, first, last, firstTime, lastTime, trusted, strangers, unchecked } = checked;
  const name = files.length === 1 ? files[0]! : `${files.length} files`;
  const lines: string[] = [];
  if (fault !== undefined) {
    lines.push(`FAIL  ${name}: ${fault.message}`);
    const where = fault.sequence === undefined ? '' : `, at entry ${fault.sequence}`;
    lines.push(`      ${fault.kind} (line ${fault.line}${where})`);
    if (last !== undefined && first !== undefined)
      lines.push(`      what stands before it, entries ${first} to ${last}, agrees with itself`);
  } else if (result === 'intact') {
    lines.push(`PASS  ${name}: ${range(first, last)}, complete, in order, as they were written`);
  } else {
    const why =
      unchecked.length > 0
        ? `the tree head of ${unchecked[0]} entries that you kept is of what stands before them`
        : covered === undefined || covered.size !== last
          ? 'no signed tree head covers the last'
          : 'only a key that the file itself brings vouches for them';
    lines.push(`CANNOT TELL  ${name}: ${range(first, last)} agree with one another, but ${why}`);
  }
  if (ledger !== undefined) lines.push(`  ledger   ${ledger}`);
  if (firstTime !== undefined) lines.push(`  taken    ${firstTime} to ${lastTime}`);
  if (covered !== undefined) {
    lines.push(`  signed   ${covered.size} entries, at ${covered.time}`);
    lines.push(
      `  by       ${covered.key.slice(0, 23)}…, ${trusted === 'key' ? 'a key that you named' : 'a key that the file itself brings'}`,
    );
  }
  if (strangers.length > 0)
    lines.push(
      `  not asked: heads of ${strangers.map((id) => `${id.slice(0, 23)}…`).join(', ')}, whose keys are not trusted`,
    );
  if (trusted === 'head' && result === 'intact')
    lines.push('  held     the tree head that you kept is that of all entries');
  if (result === 'cannot-tell' && unchecked.length > 0)
    lines.push('  mend     verify it together with the file that holds them');
  else if (result === 'cannot-tell' && trusted === 'file')
    lines.push(
      '  mend     name with --key the public key that `plimsoll ledger head --public-key` prints where the ledger is kept',
    );
  if (checked.root !== undefined && fault === undefined) lines.push(`  root     ${checked.root}`);
  return `${lines.map(visibleText).join('\n')}\n`;
}

function range(first: number | undefined, last: number | undefined): string {
  if (first === undefined || last === undefined) return 'no entries';
  return first === last ? `entry ${first}` : `entries ${first} to ${last}`;
}
