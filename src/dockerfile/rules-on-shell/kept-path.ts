import { variablesOf, type ShellDraft, type ShellRule } from '../shell/index.ts';

/** PATH is added to, and ~ is expanded. */
export const keptPath: ShellRule = {
  name: 'kept-path',
  summary: 'PATH keeps what it had, and a ~ that means home stands outside of quotes.',
  explanation: 'After PATH=folder no other program is found. "~/x" is a folder named ~ below the present one.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['SC2123', 'SC2088'],
  check({ scripts, commands }) {
    const settings = scripts.flatMap((script) => variablesOf(script).settings);
    const paths = settings.filter(({ name, kind, isForCommand, value }) => {
      if (name !== 'PATH' || kind !== 'assignment' || isForCommand || value === undefined) return false;
      const [first] = value.parts;
      return value.parts.length === 1 && first!.kind === 'literal' && !first!.value.includes(':');
    });
    const drafts: ShellDraft[] = paths.map(({ from, to }) => {
      return {
        from,
        to,
        message: 'after this no other program is found',
        advice: 'write PATH=…:$PATH, or use another name',
        aliases: ['SC2123'],
      };
    });
    const quoted = commands.flatMap(({ args }) => args).filter(({ word }) => startsQuoted(word.parts[0]));
    return [
      ...drafts,
      ...quoted.map(({ from, to }) => ({
        from,
        to,
        message: '~ is not expanded in quotes',
        advice: 'write $HOME',
        aliases: ['SC2088'],
      })),
    ];
  },
};

function startsQuoted(
  part:
    | { readonly kind: string; readonly parts?: readonly { readonly kind: string; readonly value?: string }[] }
    | undefined,
): boolean {
  const first = part?.kind === 'double' ? part.parts?.[0] : undefined;
  return first?.kind === 'literal' && (first.value === '~' || first.value?.startsWith('~/') === true);
}
