import type { run as runProgram } from '../cli/run.ts';
import { complaintAbout } from './node-version.ts';
import { openProgram } from './open-program.ts';

/** What users run once it is built. Start-up is most of a warm scan. */

/** The piece that runs the command line; the build says its name. */
declare const PLIMSOLL_PROGRAM: string;

const complaint = complaintAbout(process.versions.node, process.execPath);
if (complaint === undefined) runIt();
else {
  process.stderr.write(complaint);
  process.exitCode = 1;
}

function runIt(): void {
  const args = process.argv.slice(2);
  const asksForHelp = args.some((arg) => ['-h', '--help', '-V', '--version'].includes(arg));
  const use = asksForHelp ? 'help' : (args.find((arg) => !arg.startsWith('-')) ?? 'any');
  const { run } = openProgram(use).load(PLIMSOLL_PROGRAM) as { readonly run: typeof runProgram };
  void run(args);
}
