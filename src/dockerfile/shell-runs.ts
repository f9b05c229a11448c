import type { ShellDialect } from '../formats/shell/index.ts';
import { sourceOffset } from './logical-text.ts';
import type { RuleContext, ShellInUse } from './rule.ts';
import { shellRun, type ShellRun } from './shell/index.ts';
import type { Stage } from './stages.ts';
import type { Instruction, LogicalText, RunInstruction, Word } from './syntax.ts';
import { chainOf } from './walk.ts';

/** The RUN instructions of a stage, as rules on shell text are given them. */
export interface StageRuns {
  readonly runs: readonly ShellRun[];
  /** What the stage leaves is in the image: it is the target, or one that the target is built from. */
  readonly isShipped: boolean;
}

const known = new WeakMap<RuleContext, readonly StageRuns[]>();

/** The shell text of every stage, read once for all rules; texts for shells that are none of ours are left out. */
export function shellRunsOf(context: RuleContext): readonly StageRuns[] {
  let found = known.get(context);
  if (found === undefined) {
    const shipped = new Set(chainOf(context.graph, context.graph.target));
    found = context.graph.stages.map((stage) => ({ runs: runsOf(stage, context), isShipped: shipped.has(stage) }));
    known.set(context, found);
  }
  return found;
}

function runsOf(stage: Stage, context: RuleContext): ShellRun[] {
  const runs: ShellRun[] = [];
  const variables = new Map<string, string | undefined>();
  const volumes: string[] = [];
  let before: Instruction | undefined;
  for (const instruction of stage.instructions) {
    const { kind } = instruction;
    if (kind === 'env') for (const { name, value } of instruction.pairs) variables.set(name.text, plainText(value));
    else if (kind === 'arg')
      for (const { name, value } of instruction.variables) variables.set(name.text, value && plainText(value));
    else if (kind === 'volume') volumes.push(...instruction.paths.map(({ text }) => text));
    const run = kind === 'onbuild' ? instruction.trigger : instruction;
    const source = run.kind === 'run' ? scriptOf(run) : undefined;
    const shell = context.shellOf(run);
    const dialect = dialectOf(shell);
    if (run.kind === 'run' && source !== undefined && dialect !== undefined)
      runs.push(
        shellRun({
          ...source,
          span: { from: instruction.span.start, to: instruction.span.end },
          dialect,
          shell: shell.words,
          isShellDeclared: shell.isDeclared,
          flags: run.flags.map(({ text }) => text).join(' '),
          mounts: run.mounts.map(({ type, target }) => ({ type, target })),
          variables: new Map(variables),
          volumes: [...volumes],
          isApart: before?.kind !== 'run',
          isExec: run.command.form === 'exec',
        }),
      );
    before = instruction;
  }
  return runs;
}

interface ScriptText {
  readonly text: string;
  /** Where each character stands in the source, and one more: where the text ends. */
  readonly offsets: readonly number[];
}

/** What the shell is given to run; undefined where another program is, as a here-document's first line may say. */
function scriptOf({ command }: RunInstruction): ScriptText | undefined {
  if (command.form === 'exec') {
    // No shell runs it, but the same is to be said of the program and its arguments.
    const text = command.words.map(({ value }) => `'${value.replaceAll("'", "'\\''")}'`).join(' ');
    return { text, offsets: Array.from({ length: text.length + 1 }, () => command.span.start) };
  }
  const written = textOf(command.command);
  if (command.heredocs.length === 0) return written;
  const [first] = command.heredocs;
  const isScript = command.heredocs.length === 1 && /^<<-?\s*["']?[^\s"']+["']?$/.test(command.command.text.trim());
  if (isScript) {
    if (/^\s*#!(?!\s*\/\S*\b(?:ba|da|a)?sh\b)/.test(first!.content)) return undefined;
    return plain(first!.content, first!.contentSpan.start);
  }
  // The bodies follow the line that names them, as they would in a script.
  const texts = [written, plain('\n', command.command.span.end)];
  for (const { content, contentSpan, name } of command.heredocs)
    texts.push(
      plain(content, contentSpan.start),
      plain(`${content.endsWith('\n') ? '' : '\n'}${name}\n`, contentSpan.end),
    );
  return {
    text: texts.map(({ text }) => text).join(''),
    offsets: [...texts.flatMap(({ text, offsets }) => offsets.slice(0, text.length)), texts.at(-1)!.offsets.at(-1)!],
  };
}

function textOf(logical: LogicalText): ScriptText {
  const { text } = logical;
  return { text, offsets: Array.from({ length: text.length + 1 }, (_, at) => sourceOffset(logical, at)) };
}

function plain(text: string, from: number): ScriptText {
  return { text, offsets: Array.from({ length: text.length + 1 }, (_, at) => from + at) };
}

/** A value without quotes, where nothing in it is to be expanded. */
function plainText({ text }: Word): string | undefined {
  const bare = /^"([^"\\$]*)"$|^'([^']*)'$|^([^"'\\$]*)$/.exec(text);
  return bare === null ? undefined : (bare[1] ?? bare[2] ?? bare[3]);
}

function dialectOf({ dialect, words }: ShellInUse): ShellDialect | undefined {
  switch (dialect) {
    case 'sh':
    case 'dash':
      return /(?:^|\/)(?:ash|busybox)$/.test(words[0] ?? '') ? 'ash' : 'sh';
    case 'bash':
    case 'ksh':
    case 'zsh':
      return 'bash';
    default:
      return undefined;
  }
}
