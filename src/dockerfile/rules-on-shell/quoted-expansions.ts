import { offeredFix } from '../fix.ts';
import type { Parameter } from '../../formats/shell/index.ts';
import {
  isPlainVariable,
  unquotedIn,
  type ShellDraft,
  type ShellRule,
  type ShellRun,
  type UnquotedPart,
} from '../shell/index.ts';

/** What is expanded is quoted. */
export const quotedExpansions: ShellRule = {
  name: 'quoted-expansions',
  summary: 'Variables and command substitutions are quoted where they are one argument.',
  explanation:
    'Outside of quotes the shell splits a value at blanks and takes what remains as globs: a path with a space becomes two, a * becomes the files of the folder. Variables whose values are seen to have neither are not asked about, nor what is meant to be a list in for.',
  category: 'correctness',
  severity: 'info',
  aliases: ['SC2086', 'SC2046', 'SC2048', 'SC2068'],
  check(run) {
    const variables = unquotedIn(run, 'parameter').filter((each) => isAsked(run, each));
    const commands = unquotedIn(run, 'command-substitution').filter(
      ({ index, place }) => index !== 0 && !isDeclaration(run, place),
    );
    return [
      ...variables.map(({ part }) => quote(part, shown(part), codeOf(part))),
      ...commands.map(({ part }) => ({
        ...quote(part, 'the output of a command', 'SC2046'),
        severity: 'warning' as const,
      })),
    ];
  },
};

function isAsked(run: ShellRun, { part, index, place }: UnquotedPart<'parameter'>): boolean {
  if (index === 0 || part.prefix === '#' || isPlainVariable(run, part.name, place.script)) return false;
  // `${x:+"$x"}` expands to what its argument says.
  if (part.operator === ':+' || part.operator === '+') return false;
  return !isDeclaration(run, place);
}

/** bash does not split the values of `export name=…`. */
function isDeclaration({ dialect }: ShellRun, { command }: UnquotedPart<'parameter'>['place']): boolean {
  const [first] = command.words[0]?.parts ?? [];
  return (
    dialect === 'bash' && first?.kind === 'literal' && /^(?:export|local|declare|typeset|readonly)$/.test(first.value)
  );
}

function codeOf({ name }: Parameter): string {
  return name === '@' ? 'SC2068' : 'SC2086';
}

function shown({ name, braced }: Parameter): string {
  return braced ? `\${${name}}` : `$${name}`;
}

const asOne = {
  effect: 'contents',
  note: 'the same, unless it holds blanks or globs: it is one argument then',
} as const;

function quote({ from, to }: { readonly from: number; readonly to: number }, what: string, alias: string): ShellDraft {
  const edits = [
    { from, to: from, text: '"' },
    { from: to, to, text: '"' },
  ];
  const fix = offeredFix('put it in double quotes', edits, asOne);
  return {
    from,
    to,
    message: `${what} is split at blanks and globbed`,
    advice: 'put it in double quotes',
    aliases: [alias],
    fix,
  };
}
