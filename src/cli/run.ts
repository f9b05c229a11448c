import { Command, CommanderError } from 'commander';
import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import { engine } from '../flows/engine.ts';
import { commands } from './list.ts';
import { exitStatus, statusOfError } from './exit-status.ts';
import type { Io } from './io.ts';
import { openOutput } from './output.ts';
import { applySettings } from './settings.ts';

/** Signals closer together are one. */
const sameSignalMs = 500;

/** Runs the command line: finds the command, loads it, runs it, maps what it throws to an exit status. */
export async function run(args: readonly string[]): Promise<void> {
  const abort = new AbortController();
  let firstSignalMs = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    // The second time the user means it; but npm hands on at once what the terminal has sent to us already.
    if (abort.signal.aborted) {
      if (performance.now() - firstSignalMs > sameSignalMs) process.exit(signal === 'SIGINT' ? 130 : 143);
      return;
    }
    firstSignalMs = performance.now();
    abort.abort(new CodedError('interrupted', `stopped by ${signal}; nothing was left half-written`));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  // A reader that closes the pipe early (`| head`) is no error.
  const stdout = openOutput(1, ({ code }) => process.exit(code === 'EPIPE' ? io.exitStatus : exitStatus.toolError));
  const stderr = openOutput(2, () => undefined);
  const io: Io = {
    // Taking it opens it, and few commands read it.
    get stdin() {
      return process.stdin;
    },
    stdout: stdout.output,
    stderr: stderr.output,
    env: process.env,
    columns: stdout.terminal?.columns ?? 80,
    color: stdout.terminal !== undefined && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb',
    progress: stderr.terminal !== undefined,
    now: new Date(),
    signal: abort.signal,
    exitStatus: exitStatus.pass,
  };
  try {
    await runCommand(args, io);
    process.exitCode = io.exitStatus;
  } catch (error) {
    // What was going on when it failed makes way for what failed.
    if (io.progress) io.stderr.write('\r\u001b[K');
    process.exitCode = report(error, io);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function runCommand(args: readonly string[], io: Io): Promise<void> {
  const program = new Command('plimsoll')
    .description('The load line for containers: open any image, know what is in it, judge it by your policy.')
    .version(engine, '-V, --version', 'print the version')
    // Options are whose they stand behind: of `login link --data FOLDER` is the folder that of `link`, not of `login`.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeErr: (text) => io.stderr.write(visibleLines(text)),
      writeOut: (text) => io.stdout.write(text),
    })
    .showHelpAfterError('(plimsoll COMMAND --help shows what it takes)')
    .addHelpText('before', examples)
    .addHelpText('after', '\nExit status: 0 pass, 2 fail, 3 cannot tell, 1 tool error, 64 usage');
  const wanted = commands.find(({ name }) => name === args.find((arg) => !arg.startsWith('-')));
  for (const { name, summary, load } of commands) {
    const command = program.command(name).summary(summary).description(summary).exitOverride();
    if (wanted?.name === name) (await load())(command, io);
    else command.allowUnknownOption().allowExcessArguments();
  }
  program.hook('preAction', async (_, command) => applySettings(command, io));
  if (args.length === 0) {
    program.outputHelp();
    io.exitStatus = exitStatus.usage;
    return;
  }
  await program.parseAsync(args, { from: 'user' });
}

const examples = `Examples:
  plimsoll scan nginx:1.27                   what is in it, what is wrong with it, may it sail
  plimsoll scan archive:app.tar --scope production --format sarif=app.sarif
  plimsoll compare app:1.4 app:1.5           what changed, what is new to blame
  plimsoll sbom app:1.5 > app.cdx.json
  plimsoll db update                         fetch advisories
`;

function report(error: unknown, io: Io): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.pass : exitStatus.usage;
  if (error instanceof CodedError) {
    // Some errors have several places to name, a line each.
    const lines = error.message.split('\n').map(visibleText);
    io.stderr.write(`plimsoll: ${lines.join('\n  ')} (${error.code})\n`);
    if (error.hint !== undefined) io.stderr.write(`  ${visibleText(error.hint)}\n`);
    return statusOfError(error);
  }
  if (io.signal.aborted) return report(io.signal.reason, io);
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr.write(
    `plimsoll: this is a mistake of ours, not yours\n${detail.split('\n').map(visibleText).join('\n')}\n`,
  );
  return exitStatus.toolError;
}

/** Text of several lines as a terminal may show it: what the user typed may have come from elsewhere. */
function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
