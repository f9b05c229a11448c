import { offeredFix } from '../fix.ts';
import { type Invocation, lookAlikeOf, rewritten, type ShellFix, type ShellRule } from '../shell/index.ts';

/** No name is almost a popular one. */
export const lookAlikePackages: ShellRule = {
  name: 'look-alike-packages',
  summary: 'No package has a name that is almost that of a popular one.',
  explanation:
    'Who mistypes the name of a popular package gets what somebody put under the mistyped one, and installing it runs it. Asked of PyPI, npm, RubyGems and crates.io, whose names anyone can take; a name of good standing that only looks like another can be ignored by a comment.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: [],
  check({ packages }) {
    return packages
      .filter(({ action }) => action === 'install')
      .flatMap(({ packages: asked, ecosystem, invocation }) =>
        asked.flatMap(({ name, source, from, to }) => {
          const other = source === 'registry' ? lookAlikeOf(name, ecosystem) : undefined;
          if (other === undefined) return [];
          return [
            {
              from,
              to,
              message: `${name} looks like ${other}, and is not it`,
              advice: `write ${other} if that is meant`,
              fix: meant(invocation, { name, from, to }, other),
            },
          ];
        }),
      );
  },
};

/** Writes the popular name; undefined where more than the name stands there, or it stands in a variable. */
function meant(
  { args }: Invocation,
  { name, from, to }: { readonly name: string; readonly from: number; readonly to: number },
  other: string,
): ShellFix | undefined {
  const argument = args.find((each) => each.from === from && each.to === to && each.text === name);
  const edits = argument && rewritten(argument, other);
  return (
    edits && offeredFix(`write ${other}`, edits, { effect: 'contents', note: `${other} is installed, not ${name}` })
  );
}
