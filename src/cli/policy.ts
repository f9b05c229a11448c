import type { Command } from 'commander';
import { CodedError } from '../model/index.ts';
import { checkPolicyFile, runPolicyTests } from '../flows/policy/index.ts';
import type { PolicyFile } from '../flows/policy/index.ts';
import {
  explainRule,
  findPreset,
  policyDigest,
  policyJsonSchema,
  policyText,
  presets,
  rules,
} from '../policy/index.ts';
import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import type { ApplyFlags } from './policy-there.ts';
import { addOptionalServer, addServerOption, type ServerFlags } from './server-options.ts';
import { registerPolicySimulate } from './policy-simulate.ts';
import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';

/** `plimsoll policy`: check, test, simulate, explain, list, show, apply, schema. */
export const registerPolicy: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  sub(command, 'check', 'say whether policy files are right, or where not')
    .argument('<file...>')
    .action((files: string[]) => check(files, io));
  sub(command, 'test', 'run the cases of policy test files')
    .argument('<file...>')
    .action((files: string[]) => test(files, io));
  registerPolicySimulate(
    sub(command, 'simulate', 'say what another policy would have stopped of a server’s images'),
    io,
  );
  sub(command, 'explain', 'say what a rule asks, why, and with which settings')
    .argument('<rule>')
    .action((rule: string) => explain(rule, io));
  addOptionalServer(sub(command, 'list', 'name the built-in policies and every rule'), 'name those of a server').action(
    async (flags: ServerFlags) =>
      flags.server === undefined ? list(io) : (await import('./policy-there.ts')).listPolicies(flags, io),
  );
  addOptionalServer(sub(command, 'show', 'print a built-in policy as YAML'), 'print a policy of a server')
    .argument('<policy>', `${presets.map(({ name }) => name).join(' or ')}; with --server any that it has`)
    .action(async (name: string, flags: ServerFlags) =>
      flags.server === undefined ? show(name, io) : (await import('./policy-there.ts')).showPolicy(name, flags, io),
    );
  addServerOption(sub(command, 'apply', 'write a policy to a server, which judges all that it keeps by it'))
    .argument('<file>', 'the policy; its metadata.name says which one of the server it becomes')
    .requiredOption('--why <reason>', 'for the ledger and whoever reads the versions')
    .option('--based-on <version>', 'only if that is still the version there; default: whatever is there now')
    .action(async (file: string, flags: ApplyFlags) =>
      (await import('./policy-there.ts')).applyPolicy(file, flags, io),
    );
  sub(command, 'schema', 'print the JSON Schema of policy files').action(() => schema(io));
};

const examples = `Examples:
  plimsoll policy show production > policy.yaml   start from a built-in policy
  plimsoll policy check policy.yaml               is it right?
  plimsoll policy test policy.test.yaml           does it say what it should?
  plimsoll policy explain fixable-severity        what does a rule ask?
  plimsoll policy simulate policy.yaml            what would it have stopped?
  plimsoll policy show default --server           what a server judges by
  plimsoll policy apply policy.yaml --why 'audit 7'  and have it judge by another
`;

function sub(command: Command, name: string, summary: string): Command {
  return command.command(name).summary(summary).description(summary);
}

async function check(files: readonly string[], io: Io): Promise<void> {
  for (const file of files) {
    try {
      const checked = await checkPolicyFile(file);
      io.stdout.write(`${visibleText(file)}: ${summaryOf(checked)}\n`);
      for (const remark of remarksOn(checked, io.now)) io.stdout.write(`  ${visibleText(remark)}\n`);
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      io.exitStatus = exitStatus.toolError;
      for (const line of error.message.split('\n')) io.stderr.write(`${visibleText(line)}\n`);
      if (error.hint !== undefined) io.stderr.write(`  ${visibleText(error.hint)}\n`);
    }
  }
}

function summaryOf(checked: PolicyFile): string {
  if (checked.kind === 'Waivers') return counted(checked.waivers.length, 'waiver');
  if (checked.kind === 'PolicyTest') return counted(checked.tests.flatMap(({ cases }) => cases).length, 'test case');
  const { policy } = checked;
  const counts = [
    counted(Object.values(policy.rules ?? {}).filter(({ effect }) => effect !== 'off').length, 'rule'),
    counted(policy.conditions?.length ?? 0, 'condition'),
    counted(policy.scopes.length, 'scope'),
    counted(policy.waivers.length, 'waiver'),
  ];
  return `policy ${policy.name}, ${counts.join(', ')}, ${policyDigest(policy).slice(0, 'sha256:'.length + 12)}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What is allowed but worth a look. */
function remarksOn(checked: PolicyFile, now: Date): readonly string[] {
  if (checked.kind === 'PolicyTest') return [];
  const { scopes, waivers } = checked.kind === 'Policy' ? checked.policy : { scopes: [], waivers: checked.waivers };
  const today = now.toISOString().slice(0, 10);
  const remarks: string[] = [];
  for (const { name, match } of scopes)
    if (Object.keys(match).length === 0)
      remarks.push(`scope ${name} has no match: it applies only with --scope ${name}`);
  for (const { id, expires, untilFixed } of waivers) {
    if (expires !== undefined && expires < today) remarks.push(`waiver ${id} expired on ${expires}`);
    if (expires === undefined && untilFixed !== true) remarks.push(`waiver ${id} never ends`);
  }
  return remarks;
}

async function test(files: readonly string[], io: Io): Promise<void> {
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    io.stdout.write(`${visibleText(file)}\n`);
    for await (const { policy, name, differences } of runPolicyTests(file)) {
      io.stdout.write(
        `  ${differences.length === 0 ? 'ok     ' : 'not ok '} ${visibleText(policy)}: ${visibleText(name)}\n`,
      );
      for (const difference of differences) io.stdout.write(`          ${visibleText(difference)}\n`);
      if (differences.length === 0) passed++;
      else failed++;
    }
  }
  io.stdout.write(
    `${passed} of ${counted(passed + failed, 'case')} as expected${failed === 0 ? '' : `, ${failed} not`}\n`,
  );
  if (failed > 0) io.exitStatus = exitStatus.fail;
}

async function explain(name: string, io: Io): Promise<void> {
  const rule = await explainRule(name);
  io.stdout.write(
    `${rule.name}\n${wrapped(rule.summary, { columns: io.columns, indent: 2 })}\n\n${wrapped(rule.explanation, { columns: io.columns, indent: 2 })}\n`,
  );
  if (rule.implied !== undefined) io.stdout.write(`\n  Asked without being named: ${rule.implied}.\n`);
  io.stdout.write('\n');
  if (rule.settings.length > 0) io.stdout.write('Settings\n');
  const width = Math.max(...rule.settings.map((setting) => setting.name.length), 0);
  for (const { name: setting, about } of rule.settings)
    io.stdout.write(`${entry(setting, about, { width, columns: io.columns })}\n`);
  if (rule.name === 'condition') return;
  io.stdout.write(
    `\nIn a policy\n  rules:\n    ${rule.name}: { effect: fail, cannotTell: stop${exampleOf(rule.settings[0])} }\n`,
  );
}

function exampleOf(setting: { readonly name: string; readonly default: unknown } | undefined): string {
  return setting === undefined ? '' : `, ${setting.name}: ${JSON.stringify(setting.default)}`;
}

/** Words in lines of at most 100 columns, all indented alike. */
function wrapped(text: string, { columns, indent }: { readonly columns: number; readonly indent: number }): string {
  const width = Math.max(30, Math.min(columns, 100) - indent);
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => ' '.repeat(indent) + line).join('\n');
}

/** A name, and beside it what there is to say. */
function entry(
  name: string,
  text: string,
  { width, columns }: { readonly width: number; readonly columns: number },
): string {
  return `  ${name.padEnd(width)}${wrapped(text, { columns, indent: width + 4 }).slice(width + 2)}`;
}

function list(io: Io): void {
  io.stdout.write('Built-in policies (plimsoll policy show NAME)\n');
  for (const { name, description } of presets)
    io.stdout.write(`${entry(name, description ?? '', { width: 11, columns: io.columns })}\n`);
  io.stdout.write('\nRules (plimsoll policy explain RULE)\n');
  const width = Math.max(...rules.map(({ name }) => name.length));
  for (const { name, summary } of rules) io.stdout.write(`${entry(name, summary, { width, columns: io.columns })}\n`);
  io.stdout.write(`  ${'condition'.padEnd(width)}  A condition of your own in CEL holds.\n`);
}

function show(name: string, io: Io): void {
  const preset = findPreset(name);
  if (preset === undefined) {
    const hint = `there are ${presets.map((known) => known.name).join(', ')}`;
    throw new CodedError('unknown-policy', `there is no built-in policy ${JSON.stringify(name)}`, {
      hint,
      kind: 'usage',
    });
  }
  io.stdout.write(policyText(preset));
}

async function schema(io: Io): Promise<void> {
  const { z } = await import('zod');
  io.stdout.write(`${JSON.stringify(policyJsonSchema(z), undefined, 2)}\n`);
}
