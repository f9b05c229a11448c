import { Option } from 'commander';
import {
  fixFiles,
  type FixedDockerfile,
  type MendAnswer,
  type MendOffer,
  planLint,
} from '../flows/dockerfile/index.ts';
import { engine } from '../flows/engine.ts';
import { fixReports } from '../report/lint/index.ts';
import { canAsk, Questions } from './ask.ts';
import type { RegisterCommand } from './command.ts';
import { checkedRules, type LintRuleFlags, lintFacts, listed, ruleOptions, settingsOf } from './dockerfile-options.ts';
import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';
import { writeReport } from './write-reports.ts';

interface FixFlags extends LintRuleFlags {
  readonly unsafe?: boolean;
  readonly only?: readonly string[];
  readonly diff?: boolean;
  readonly dryRun?: boolean;
}

/** `plimsoll dockerfile fix [FILE|FOLDER|-…]`. */
export const registerDockerfileFix: RegisterCommand = (command, io) => {
  command
    .argument(
      '[files...]',
      'Dockerfiles, folders to search, or - for standard input to standard output; else this folder',
    )
    .addHelpText('before', examples)
    .optionsGroup('What is mended:')
    .option('--unsafe', 'make the mends that change the image too, without asking')
    .option('--only <rule>', 'only mends of this rule', listed)
    .optionsGroup('What is written:')
    .option('--diff', 'print the changes as a diff, write nothing, exit with 2 where there are any')
    .addOption(new Option('--dry-run', 'say what would be done, write nothing').conflicts('diff'));
  ruleOptions(command).action((files: string[], flags: FixFlags) => fix(files, flags, io));
};

const examples = `Examples:
  plimsoll dockerfile fix                          make the safe mends in every Dockerfile below this folder
  plimsoll dockerfile fix Dockerfile --diff        only show them
  plimsoll dockerfile fix Dockerfile --unsafe --only exec-form
  plimsoll dockerfile fix - < Dockerfile > Dockerfile.mended
`;

async function fix(files: readonly string[], flags: FixFlags, io: Io): Promise<void> {
  const only = checkedRules(flags.only ?? []);
  const targets = files.length === 0 ? ['.'] : files;
  const plan = await planLint(
    { ...(flags.config === undefined ? {} : { config: flags.config }), settings: settingsOf(flags) },
    io.env,
  );
  const isDryRun = flags.diff === true || flags.dryRun === true;
  const questions = isDryRun || flags.unsafe === true || !canAsk(io) ? undefined : new Questions(io);
  const fixed: FixedDockerfile[] = [];
  const { renderFix, renderFixDiff } = await fixReports();
  const look = { columns: io.columns, color: io.color };
  try {
    const all = fixFiles(targets, {
      ...{ settings: plan.settings, context: flags.context, stdinName: undefined },
      get stdin() {
        return io.stdin;
      },
      ...{ takesAll: flags.unsafe === true, only, isDryRun, facts: await lintFacts(flags) },
      ...(questions === undefined ? {} : { ask: (offer: MendOffer) => ask(offer, questions, io) }),
    });
    for await (const file of all) {
      fixed.push(file);
      if (flags.diff === true) await writeReport(renderFixDiff(file), undefined, io);
      else if (file.output !== undefined && !isDryRun) await writeReport(file.output, undefined, io);
    }
  } finally {
    questions?.close();
  }
  const report = renderFix({ files: fixed, isDryRun, threshold: plan.failureThreshold, engine }, look);
  // Where stdout has a diff or a Dockerfile, nothing else may be in it.
  const hasStdin = fixed.some(({ output }) => output !== undefined);
  if (flags.diff === true || (hasStdin && !isDryRun)) io.stderr.write(report);
  else await writeReport(report, undefined, io);
  if (isDryRun && fixed.some(({ made }) => made.length > 0)) io.exitStatus = exitStatus.fail;
}

async function ask(offer: MendOffer, questions: Questions, io: Io): Promise<MendAnswer> {
  const { renderOffer } = await fixReports();
  io.stderr.write(`\n${offer.path}\n${renderOffer(offer, { columns: io.columns, color: io.color })}`);
  const question = '   make it? yes, no, all that follow, quit asking [y/n/a/q] ';
  return (await questions.choose(question, ['yes', 'no', 'all', 'quit'])) ?? 'quit';
}
