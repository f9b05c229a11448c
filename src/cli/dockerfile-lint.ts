import { InvalidArgumentError } from 'commander';
import { everyRule, type FailureThreshold, lintSeverities, parseThreshold } from '../dockerfile/index.ts';
import { lintFiles, planLint } from '../flows/dockerfile/index.ts';
import { engine } from '../flows/engine.ts';
import { fails, type LintFormat, lintFormats, type LintReport, renderLint } from '../report/lint/index.ts';
import type { RegisterCommand } from './command.ts';
import { type LintRuleFlags, lintFacts, ruleOptions, settingsOf } from './dockerfile-options.ts';
import { exitStatus } from './exit-status.ts';
import { checkedTargets, formatParser, type FormatTarget } from './format-targets.ts';
import type { Io } from './io.ts';
import { writeReport } from './write-reports.ts';

interface LintFlags extends LintRuleFlags {
  readonly format?: readonly FormatTarget<LintFormat>[];
  readonly output?: string;
  readonly failureThreshold?: FailureThreshold;
  readonly filePathInReport?: string;
  readonly exitZero?: boolean;
}

/** `plimsoll dockerfile lint [FILE|FOLDER|-…]`. */
export const registerDockerfileLint: RegisterCommand = (command, io) => {
  command
    .argument('[files...]', 'Dockerfiles, folders to search, or - for standard input; else this folder')
    .addHelpText('before', examples)
    .optionsGroup('The report:')
    .option(
      '-f, --format <format[=file]>',
      `${lintFormats.join(', ')}; several with a file each`,
      formatParser(lintFormats),
    )
    .option('-o, --output <file>', 'write the report there')
    .option('--file-path-in-report <path>', 'what - is called in reports')
    .optionsGroup('What fails:')
    .option('-t, --failure-threshold <severity>', `fail from ${lintSeverities.join(', ')} on; none: never`, threshold)
    .option('--exit-zero', 'exit with 0 whatever is found; errors still count');
  ruleOptions(command).action((files: string[], flags: LintFlags) => lint(files, flags, io));
};

const examples = `Examples:
  plimsoll dockerfile lint                         every Dockerfile below this folder
  plimsoll dockerfile lint Dockerfile --format sarif=lint.sarif --format table
  plimsoll dockerfile lint - --ignore DL3008 < Dockerfile
  plimsoll dockerfile lint . --trusted-registry ghcr.io/shop --failure-threshold warning
`;

async function lint(files: readonly string[], flags: LintFlags, io: Io): Promise<void> {
  const targets = checkedTargets(flags.format, flags.output, 'table');
  const plan = await planLint(
    {
      ...(flags.config === undefined ? {} : { config: flags.config }),
      ...(flags.failureThreshold === undefined ? {} : { failureThreshold: flags.failureThreshold }),
      settings: settingsOf(flags),
    },
    io.env,
  );
  const linted = await lintFiles(files.length === 0 ? ['.'] : files, {
    settings: plan.settings,
    context: flags.context,
    stdinName: flags.filePathInReport,
    // Taking it opens it.
    get stdin() {
      return io.stdin;
    },
    facts: await lintFacts(flags),
  });
  const report: LintReport = { engine, files: linted, rules: everyRule, threshold: plan.failureThreshold };
  for (const { format, file } of targets) {
    const toFile = file !== undefined;
    const options = { columns: toFile ? 100 : io.columns, color: io.color && !toFile };
    await writeReport(await renderLint(format, report, options), file, io);
  }
  const isFailing = linted.some(({ findings }) => findings.some(({ severity }) => fails(report, severity)));
  if (isFailing && flags.exitZero !== true && !plan.noFail) io.exitStatus = exitStatus.fail;
}

function threshold(value: string): FailureThreshold {
  const known = parseThreshold(value);
  if (known === undefined) throw new InvalidArgumentError(`it is one of ${lintSeverities.join(', ')}, none`);
  return known;
}
