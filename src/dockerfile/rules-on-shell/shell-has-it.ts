import { offeredFix } from '../fix.ts';
import type { ShellExtension, ShellFeature } from '../../formats/shell/index.ts';
import {
  type Invocation,
  type ShellDraft,
  type ShellRule,
  type ShellRun,
  type Argument,
  type ShellFix,
  rewritten,
} from '../shell/index.ts';

/** ShellCheck's code for each, and what to write in its place. */
const features: Readonly<Record<ShellFeature, readonly [code: string, name: string, instead: string]>> = {
  'process-substitution': ['SC3001', 'process substitution', 'use a pipe or a file'],
  'ansi-c-quote': ['SC3003', '$’…’', 'use printf'],
  'translated-quote': ['SC3004', '$"…"', 'use plain quotes'],
  'arithmetic-for': ['SC3005', 'for ((…))', 'use while'],
  'arithmetic-command': ['SC3006', '((…))', 'use [ with -lt and its kin'],
  'old-arithmetic': ['SC3007', '$[…]', 'use $((…))'],
  select: ['SC3008', 'select', 'read the answer'],
  'brace-loop-body': ['SC3058', 'braces around the body of a loop', 'use do and done'],
  'function-keyword': ['SC2113', 'function', 'write name() { …; }'],
  'function-name': ['SC3033', 'functions of such a name', 'use letters, digits and underscores'],
  'double-bracket': ['SC3010', '[[ … ]]', 'use [ … ]'],
  'double-bracket-parenthesis': ['SC3010', '[[ … ]]', 'use [ … ]'],
  'here-string': ['SC3011', '<<<', 'use a pipe or a here-document'],
  'redirect-both': ['SC3020', '&>', 'write > file 2>&1'],
  'redirect-to-variable': ['SC3022', '{name}>', 'use a number'],
  'pipe-both': ['SC3029', '|&', 'write 2>&1 |'],
  'case-fallthrough': ['SC3059', ';&', 'repeat the commands'],
  array: ['SC3030', 'arrays', 'use set -- or several variables'],
  subscript: ['SC3054', 'arrays', 'use set -- or several variables'],
  'append-assignment': ['SC3024', '+=', 'write name=$name…'],
  'extended-glob': ['SC3002', 'extended globs', 'use case or several globs'],
  coproc: ['SC3006', 'coproc', 'use a named pipe'],
  'parameter-indirection': ['SC3053', '${!name}', 'use eval'],
  'parameter-substring': ['SC3057', '${name:from:length}', 'use cut'],
  'parameter-replacement': ['SC3060', '${name/from/to}', 'use sed'],
  'parameter-case': ['SC3059', '${name^}', 'use tr'],
  'parameter-transformation': ['SC3059', '${name@…}', 'use printf'],
};

/** Commands that bash has built in and dash has not. */
const builtins: Readonly<Record<string, readonly [code: string, instead: string]>> = {
  source: ['SC3046', 'write . file'],
  pushd: ['SC3044', 'use cd'],
  popd: ['SC3044', 'use cd'],
  dirs: ['SC3044', 'use pwd'],
  declare: ['SC3044', 'assign without it'],
  typeset: ['SC3044', 'assign without it'],
  shopt: ['SC3044', 'choose bash by SHELL'],
  mapfile: ['SC3044', 'read line by line'],
  readarray: ['SC3044', 'read line by line'],
  disown: ['SC3044', 'leave it out'],
  let: ['SC3039', 'use $((…))'],
};

const codes = [...Object.values(features), ...Object.values(builtins)].map(([code]) => code);

/** Nothing that only bash knows, where sh runs it. */
export const shellHasIt: ShellRule = {
  name: 'shell-has-it',
  summary: 'A RUN that sh runs has nothing in it that only bash knows.',
  explanation:
    '/bin/sh is dash on Debian and Ubuntu and BusyBox’s ash on Alpine, whatever it is on one’s own machine. What they don’t know fails, or means something else in silence: cmd &>file runs cmd in the background. SHELL ["/bin/bash", "-c"] chooses bash where the image has it.',
  category: 'correctness',
  severity: 'warning',
  aliases: [...new Set([...codes, 'SC3009', 'SC3014', 'SC3012', 'SC3040', 'SC3047', 'SC3045', 'SC3037'])],
  check(run) {
    const extensions = run.scripts.filter(({ dialect }) => dialect === 'sh').flatMap((script) => script.extensions);
    if (run.dialect !== 'sh') return extensions.map(ofExtension);
    return [...extensions.map(ofExtension), ...run.commands.flatMap(ofCommand), ...bracesOf(run)];
  },
};

function ofExtension({ feature, from, to }: ShellExtension): ShellDraft {
  const [code, name, instead] = features[feature];
  return draft({ from, to, name, instead, code });
}

function draft(facts: { from: number; to: number; name: string; instead: string; code: string }): ShellDraft {
  const { from, to, name, instead, code } = facts;
  return { from, to, message: `sh has no ${name}`, advice: `${instead}, or choose bash by SHELL`, aliases: [code] };
}

function ofCommand({ name, args, from, to, wrappers, place, program }: Invocation): ShellDraft[] {
  // Another shell may run it.
  if (wrappers.length > 0) return [];
  const texts = args.map(({ text }) => text);
  if (
    (name === '[' || name === 'test') &&
    place.command.redirections.some(({ operator }) => operator === '<' || operator === '>')
  )
    return [draft({ from, to, name: '< and > in tests, but redirections', instead: 'escape it', code: 'SC3012' })];
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (builtin !== undefined) {
    const found = draft({ from, to, name, instead: builtin[1], code: builtin[0] });
    return name === 'source' ? [{ ...found, fix: written(program, '.') }] : [found];
  }
  if ((name === '[' || name === 'test') && texts[1] === '==') {
    const found = draft({ from, to, name: '== in tests', instead: 'write =', code: 'SC3014' });
    return [{ ...found, fix: written(args[1]!, '=') }];
  }
  if (name === 'trap' && texts.some((text) => text === 'ERR' || text === 'DEBUG' || text === 'RETURN'))
    return [draft({ from, to, name: `trap for ${texts.at(-1)!}`, instead: 'use set -e', code: 'SC3047' })];
  if (name === 'set' && texts.includes('pipefail'))
    return [draft({ from, to, name: 'pipefail in every image', instead: 'do without the pipe', code: 'SC3040' })];
  const flag = /^-[a-z]*([pnstdau])/.exec(texts[0] ?? '')?.[1];
  if (name === 'read' && flag !== undefined)
    return [draft({ from, to, name: `read -${flag}`, instead: 'use printf and read', code: 'SC3045' })];
  return [];
}

const understood = { effect: 'contents', note: 'the same under bash; other shells no longer fail there' } as const;

function written(argument: Argument, text: string): ShellFix | undefined {
  const edits = rewritten(argument, text);
  return edits && offeredFix(`write ${text}`, edits, understood);
}

/** Words in which bash would expand braces: `{a,b}`, `{1..3}`. */
function bracesOf({ commands }: ShellRun): ShellDraft[] {
  return commands.flatMap(({ args, wrappers }) =>
    args
      .filter(
        ({ word }) =>
          wrappers.length === 0 && word.parts.some((part) => part.kind === 'literal' && hasBraces(part.value)),
      )
      .map(({ from, to }) => draft({ from, to, name: 'brace expansion', instead: 'write the words', code: 'SC3009' })),
  );
}

function hasBraces(text: string): boolean {
  return /\{[^{}\s]{0,200}(?:,|\.\.)[^{}\s]{0,200}\}/.test(text);
}
