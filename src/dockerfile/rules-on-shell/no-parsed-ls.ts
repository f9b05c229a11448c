import { staticValue, type Command, type ShellNode } from '../../formats/shell/index.ts';
import { nodesOfKind, type Invocation, type ShellDraft, type ShellRule } from '../shell/index.ts';

/** Names of files are not taken from ls or, one a line, from find. */
export const noParsedLs: ShellRule = {
  name: 'no-parsed-ls',
  summary: 'Names of files come from globs or find -print0, not from the output of ls.',
  explanation:
    'Names with blanks or newlines break what reads them line by line. for file in ./* and find … -exec keep them whole.',
  category: 'correctness',
  severity: 'info',
  aliases: ['SC2010', 'SC2012', 'SC2038', 'SC2044', 'SC2045', 'SC2126'],
  check({ scripts, commands }) {
    const words = scripts.flatMap((script) => nodesOfKind(script, 'for')).flatMap((loop) => loop.words ?? []);
    const substitutions = words.flatMap(({ parts }) => parts).filter((part) => part.kind === 'command-substitution');
    return [...substitutions.flatMap((part) => ofLoop(part.body.items[0]?.command, part)), ...commands.flatMap(ofPipe)];
  },
};

function ofLoop(command: Command | undefined, { from, to }: ShellNode): ShellDraft[] {
  const program =
    command?.kind === 'simple' && command.words[0] !== undefined ? staticValue(command.words[0]) : undefined;
  if (program === 'ls')
    return [
      {
        from,
        to,
        message: 'this loop goes over words, not over files',
        advice: 'write for … in ./*',
        severity: 'error',
        aliases: ['SC2045'],
      },
    ];
  if (program === 'find')
    return [
      {
        from,
        to,
        message: 'this loop goes over words, not over files',
        advice: 'use find … -exec',
        severity: 'warning',
        aliases: ['SC2044'],
      },
    ];
  return [];
}

function ofPipe({ name, args, place, from, to }: Invocation): ShellDraft[] {
  const next = place.pipeline?.commands[place.position + 1];
  const words = next?.kind === 'simple' ? next.words.map((word) => staticValue(word) ?? '') : [];
  const after = words[0];
  if (after === undefined || !place.pipeline!.commands.includes(place.command)) return [];
  const texts = args.map(({ text }) => text);
  if (name === 'ls' && after === 'grep')
    return [
      {
        from,
        to,
        message: 'grep reads lines, and names may have several',
        advice: 'use a glob or find',
        severity: 'warning',
        aliases: ['SC2010'],
      },
    ];
  if (name === 'ls' && after !== 'head')
    return [{ from, to, message: 'ls is made for people', advice: 'use find', aliases: ['SC2012'] }];
  if (
    name === 'find' &&
    after === 'xargs' &&
    !texts.some((text) => /^-(?:print0|printf|fprint0|exec)/.test(text)) &&
    !words.some((text) => /^-[a-z]*0|^--null|^-d/.test(text))
  )
    return [
      {
        from,
        to,
        message: 'names with blanks become several arguments',
        advice: 'write find … -print0 | xargs -0, or -exec … +',
        severity: 'warning',
        aliases: ['SC2038'],
      },
    ];
  if (
    name === 'grep' &&
    after === 'wc' &&
    words.length === 2 &&
    words[1] === '-l' &&
    !texts.some((text) => /^-[a-zA-Z]*o|^--only/.test(text))
  )
    return [
      { from, to, message: 'grep counts by itself', advice: 'write grep -c', severity: 'style', aliases: ['SC2126'] },
    ];
  return [];
}
