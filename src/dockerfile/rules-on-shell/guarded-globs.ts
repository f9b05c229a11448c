import { offeredFix } from '../fix.ts';
import { unquotedIn, type ShellDraft, type ShellRule, type UnquotedPart } from '../shell/index.ts';

/** Globs that can’t become options, and are meant. */
export const guardedGlobs: ShellRule = {
  name: 'guarded-globs',
  summary: 'A glob at the start of an argument can’t become an option, and brackets are meant as a glob.',
  explanation:
    'A file named -rf that a lone * finds is an option to the command. Brackets with letters are a class of characters: pip install x[all] looks for files named xa or xl first. ./* and quotes help.',
  category: 'correctness',
  severity: 'info',
  aliases: ['SC2035', 'SC2060', 'SC2061', 'SC2062', 'SC2102'],
  check(run) {
    const globs = unquotedIn(run, 'glob').filter(({ index }) => index > 0);
    return [...globs.flatMap(asOption), ...globs.flatMap(asClass)];
  },
};

function textOf(place: UnquotedPart<'glob'>['place'], index: number): string {
  const [part] = place.command.words[index]?.parts ?? [];
  return part?.kind === 'literal' ? part.value : '';
}

function asOption({ part, word, place, index }: UnquotedPart<'glob'>): ShellDraft[] {
  const name = textOf(place, 0);
  if (word.parts[0] !== part || part.value.startsWith('[') || name === 'echo' || name === 'printf' || name === '[[')
    return [];
  const before = place.command.words.slice(1, index).map((_word, at) => textOf(place, at + 1));
  if (before.includes('--')) return [];
  const { from, to } = word;
  const previous = before.at(-1) ?? '';
  if (name === 'find' && /^-i?(?:name|path|wholename|regex)$/.test(previous))
    return [
      {
        from,
        to,
        message: `the shell expands this glob, not find`,
        advice: 'put it in quotes',
        severity: 'warning',
        aliases: ['SC2035', 'SC2061'],
      },
    ];
  if (/^[ef]?grep$/.test(name) && before.every((text) => text.startsWith('-')))
    return [
      {
        from,
        to,
        message: 'the shell expands this pattern, not grep',
        advice: 'put it in quotes',
        aliases: ['SC2035', 'SC2062'],
      },
    ];
  // A value of another option can’t become an option of its own: hadolint asks all the same.
  const message = 'a file whose name begins with a dash would be an option here';
  const fix = offeredFix('write ./ before it', [{ from, to: from, text: './' }], {
    effect: 'contents',
    note: 'the same files, unless the command minds the ./ before their names',
  });
  return [{ from, to, message, advice: 'write ./ before it, or -- before all names', aliases: ['SC2035'], fix }];
}

function asClass({ part, word, place }: UnquotedPart<'glob'>): ShellDraft[] {
  if (!part.value.startsWith('[')) return [];
  const name = textOf(place, 0);
  const { from, to } = word;
  const advice = 'put it in quotes';
  if (name === 'tr')
    return [
      { from, to, message: 'the shell expands this class, not tr', advice, severity: 'warning', aliases: ['SC2060'] },
    ];
  const inside = part.value.slice(1, -1).replace(/\[:[a-z]+:\]/g, '');
  const letters = Array.from(inside.replace(/[-!^]/g, ''));
  if (new Set(letters).size === letters.length) return [];
  return [
    {
      from,
      to,
      message: `${part.value} is a class of single characters, some of them twice`,
      advice,
      aliases: ['SC2102'],
    },
  ];
}
