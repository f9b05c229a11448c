import { offeredFix } from '../fix.ts';
import type { WordPart, Parameter } from '../../formats/shell/index.ts';
import {
  isPlainVariable,
  type Argument,
  type ShellDraft,
  type ShellRule,
  type ShellRun,
  type ShellFix,
} from '../shell/index.ts';

const system =
  /^\/(?:bin|boot|dev|etc|home|lib|lib32|lib64|opt|proc|root|run|sbin|srv|sys|usr|var|usr\/bin|usr\/lib|usr\/sbin|usr\/local|usr\/share|var\/lib|var\/cache|var\/log|etc\/ssl)?\/?\*?$/;

/** rm -r can’t hit the root. */
export const guardedRm: ShellRule = {
  name: 'guarded-rm',
  summary: 'rm -r names no system folder, not even if a variable is empty.',
  explanation: 'rm -rf "$dir/"* with an empty $dir is rm -rf /*. ${dir:?} fails instead.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['SC2115', 'SC2114'],
  check(run) {
    return run.commands.flatMap(({ name, args }) => {
      if (name !== 'rm' || !args.some(({ text }) => /^-[a-zA-Z]*[rR]|^--recursive$/.test(text))) return [];
      return args.flatMap((argument) => ofArgument(run, argument));
    });
  },
};

function ofArgument(run: ShellRun, { word, text, isStatic, from, to }: Argument): ShellDraft[] {
  const isRoot = /^\/(?:bin|boot|dev|etc|lib|lib64|opt|proc|root|sbin|sys|usr|var|home)?\/?\*?$/;
  if (isStatic && !text.endsWith('*') && isRoot.test(text) && text !== '')
    return [{ from, to, message: `rm -r removes ${text}`, advice: 'name what is to go', aliases: ['SC2114'] }];
  const parts = word.parts.flatMap((part) => (part.kind === 'double' ? part.parts : [part]));
  const rest = parts.slice(1).map(valueOf).join('');
  const [first] = parts;
  if (first?.kind !== 'parameter' || !rest.startsWith('/') || !system.test(rest)) return [];
  if (first.operator !== undefined && /^:?[-=?]$/.test(first.operator)) return [];
  if (/^[@*#?$!0-9-]$/.test(first.name) || hasValue(run, first.name)) return [];
  return [
    {
      from,
      to,
      message: `if $${first.name} is empty this removes ${rest}`,
      advice: `write \${${first.name}:?}`,
      aliases: ['SC2115'],
      fix: stopping(first),
    },
  ];
}

/** `${name:?}`; undefined where more is done with the value. */
function stopping({ name, from, to, operator, prefix, subscript }: Parameter): ShellFix | undefined {
  if (operator !== undefined || prefix !== undefined || subscript !== undefined) return undefined;
  const note = `the same, unless $${name} is empty: the build stops there`;
  return offeredFix(`write \${${name}:?}`, [{ from, to, text: `\${${name}:?}` }], { effect: 'contents', note });
}

function valueOf(part: WordPart): string {
  return 'value' in part ? part.value : '\0';
}

function hasValue(run: ShellRun, name: string): boolean {
  return (run.variables.get(name) ?? '') !== '' && isPlainVariable(run, name);
}
