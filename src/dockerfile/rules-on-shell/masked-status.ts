import { variablesOf, type ShellRule } from '../shell/index.ts';

/** The status of a command is not lost in export. */
export const maskedStatus: ShellRule = {
  name: 'masked-status',
  summary: 'A failing command in export, local or declare is noticed.',
  explanation:
    'export name="$(command)" succeeds whatever the command does, so that neither && nor set -e stop. Assign first, export then.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['SC2155'],
  check({ scripts }) {
    return scripts
      .flatMap((script) => variablesOf(script).settings)
      .filter(({ kind, value }) => kind === 'declaration' && value !== undefined && substitutes(value.parts))
      .map(({ name, from, value }) => ({
        from,
        to: value!.to,
        message: `if the command fails, ${name} is empty and the RUN goes on`,
        advice: `write ${name}="$(…)" && export ${name}`,
      }));
  },
};

function substitutes(
  parts: readonly { readonly kind: string; readonly parts?: readonly { readonly kind: string }[] }[],
): boolean {
  return parts.some(
    ({ kind, parts: inner }) => kind === 'command-substitution' || (kind === 'double' && substitutes(inner ?? [])),
  );
}
