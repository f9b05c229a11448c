import { InvalidArgumentError } from 'commander';
import {
  everyRule,
  type FailureThreshold,
  type LabelFormat,
  labelFormats,
  type LintSettings,
  type LintSeverity,
  lintSeverities,
  parseThreshold,
} from '../dockerfile/index.ts';
import { lintFiles, planLint } from '../flows/dockerfile/index.ts';
import { engine } from '../flows/engine.ts';
import { CodedError } from '../model/index.ts';
import { fails, type LintFormat, lintFormats, type LintReport, renderLint } from '../report/lint/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { checkedTargets, formatParser, type FormatTarget } from './format-targets.ts';
import type { Io } from './io.ts';
import { writeReport } from './write-reports.ts';

interface LintFlags {
  readonly format?: readonly FormatTarget<LintFormat>[];
  readonly output?: string;
  readonly failureThreshold?: FailureThreshold;
  readonly ignore?: readonly string[];
  readonly enable?: readonly string[];
  readonly error?: readonly string[];
  readonly warning?: readonly string[];
  readonly info?: readonly string[];
  readonly style?: readonly string[];
  readonly trustedRegistry?: readonly string[];
  readonly requireLabel?: readonly string[];
  readonly strictLabels?: boolean;
  readonly disableIgnorePragma?: boolean;
  readonly config?: string;
  readonly context?: string;
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
    .option('--exit-zero', 'exit with 0 whatever is found; errors still count')
    .optionsGroup('The rules:')
    .option('--ignore <rule>', "do not ask this rule, by our name, hadolint's or BuildKit's", listed)
    .option('--enable <rule>', 'ask this rule, which is off by default; all for every one', listed);
  for (const severity of lintSeverities)
    command.option(`--${severity} <rule>`, `give this rule the severity ${severity}`, listed);
  command
    .option('--trusted-registry <registry>', 'images may come from here, and other trusted ones, alone', listed)
    .option('--require-label <label:form>', `a label that must be there: ${labelFormats.join(', ')}`, listed)
    .option('--strict-labels', 'no labels but the required ones')
    .option('--disable-ignore-pragma', 'take no notice of comments that ignore rules')
    .optionsGroup('What is known:')
    .option('-c, --config <file>', "hadolint's configuration; .hadolint.yaml is found by itself")
    .option('--context <folder>', "the build context; else the file's own folder or one above")
    .action((files: string[], flags: LintFlags) => lint(files, flags, io));
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
    stdin: io.stdin,
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

function settingsOf(flags: LintFlags): Partial<LintSettings> {
  const severities: Record<string, LintSeverity> = {};
  for (const severity of lintSeverities) for (const rule of flags[severity] ?? []) severities[rule] = severity;
  return {
    severities,
    ...(flags.ignore === undefined ? {} : { ignored: flags.ignore }),
    ...(flags.enable === undefined ? {} : { enabled: flags.enable }),
    ...(flags.trustedRegistry === undefined ? {} : { trustedRegistries: flags.trustedRegistry }),
    ...(flags.requireLabel === undefined ? {} : { labelSchema: labelSchema(flags.requireLabel) }),
    ...(flags.strictLabels === undefined ? {} : { strictLabels: flags.strictLabels }),
    ...(flags.disableIgnorePragma === true ? { inlineIgnores: false } : {}),
  };
}

/** Values of an option that is repeated, or has several between commas. */
function listed(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').map((each) => each.trim())].filter((each) => each !== '');
}

function threshold(value: string): FailureThreshold {
  const known = parseThreshold(value);
  if (known === undefined) throw new InvalidArgumentError(`it is one of ${lintSeverities.join(', ')}, none`);
  return known;
}

function labelSchema(labels: readonly string[]): Readonly<Record<string, LabelFormat>> {
  return Object.fromEntries(
    labels.map((label) => {
      const colon = label.lastIndexOf(':');
      const format = labelFormats.find((known) => known === label.slice(colon + 1));
      if (colon > 0 && format !== undefined) return [label.slice(0, colon), format];
      throw new CodedError(
        'invalid-label-schema',
        `--require-label ${JSON.stringify(label)} is not a label and its form`,
        {
          hint: `write it as version:semver; forms are ${labelFormats.join(', ')}`,
          kind: 'usage',
        },
      );
    }),
  );
}
