import type { Command } from 'commander';
import {
  everyRule,
  type LabelFormat,
  labelFormats,
  type LintFacts,
  type LintSettings,
  type LintSeverity,
  lintSeverities,
} from '../dockerfile/index.ts';
import { basesFact, maliciousFact } from '../flows/dockerfile/index.ts';
import { CodedError } from '../model/index.ts';

/** What all commands that ask the rules of Dockerfiles take. */
export interface LintRuleFlags {
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
  readonly bases?: string;
  readonly db?: string;
}

/** Adds them. */
export function ruleOptions(command: Command): Command {
  command
    .optionsGroup('The rules:')
    .option('--ignore <rule>', "do not ask this rule, by our name, hadolint's or BuildKit's", listed)
    .option('--enable <rule>', 'ask this rule, which is off by default; all for every one', listed);
  for (const severity of lintSeverities)
    command.option(`--${severity} <rule>`, `give this rule the severity ${severity}`, listed);
  return command
    .option('--trusted-registry <registry>', 'images may come from here, and other trusted ones, alone', listed)
    .option('--require-label <label:form>', `a label that must be there: ${labelFormats.join(', ')}`, listed)
    .option('--strict-labels', 'no labels but the required ones')
    .option('--disable-ignore-pragma', 'take no notice of comments that ignore rules')
    .optionsGroup('What is known:')
    .option('-c, --config <file>', "hadolint's configuration; .hadolint.yaml is found by itself")
    .option('--context <folder>', "the build context; else the file's own folder or one above")
    .option('--bases <folder>', "the organisation's catalogue of bases: which are endorsed, and their newest builds")
    .option('--db <file>', 'advisory database: its lists of malicious packages');
}

/** The settings that flags ask for. */
export function settingsOf(flags: LintRuleFlags): Partial<LintSettings> {
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

/** What is known beside the files and their contexts, loaded where a flag names it. */
export async function lintFacts({ bases, db }: LintRuleFlags): Promise<LintFacts> {
  return {
    ...(bases === undefined ? {} : { base: await basesFact(bases) }),
    ...(db === undefined ? {} : { malicious: await maliciousFact(db) }),
  };
}

/** Values of an option that is repeated, or has several between commas. */
export function listed(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...value.split(',').map((each) => each.trim())].filter((each) => each !== '');
}

/** Names of rules, each known by some name. */
export function checkedRules(names: readonly string[]): readonly string[] {
  const known = new Set(everyRule.flatMap(({ name, aliases }) => [name, ...aliases]).map((name) => name.toLowerCase()));
  for (const name of names)
    if (!known.has(name.toLowerCase()))
      throw new CodedError('unknown-lint-rule', `there is no rule ${JSON.stringify(name)}`, {
        hint: 'plimsoll dockerfile rules names all',
        kind: 'usage',
      });
  return names;
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
