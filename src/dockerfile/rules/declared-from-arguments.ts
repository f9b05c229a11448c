import { guessBudget, nearest } from '../read/nearest.ts';
import type { Draft, DockerfileRule, RuleContext } from '../rule.ts';
import type { FromInstruction, Word } from '../syntax.ts';
import { expandWord } from '../variables/expansion.ts';

/** Variables in FROM are declared before the first FROM. */
export const declaredFromArguments: DockerfileRule = {
  name: 'declared-from-arguments',
  summary: 'FROM uses only arguments that are declared before the first FROM.',
  explanation:
    'FROM sees the ARG instructions that stand before the first FROM, and the platform that the builder tells. Anything else is empty, and gives another image than the one meant, or none.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['UndefinedArgInFrom'],
  check(_, context) {
    const budget = guessBudget();
    return context.graph.stages.flatMap(({ from }) => [
      ...undeclared(from.image, from, context, budget),
      ...(from.platform === undefined
        ? []
        : undeclared({ text: from.platform.value ?? '', span: from.platform.span }, from, context, budget)),
    ]);
  },
};

function undeclared(
  { text, span }: Word,
  from: FromInstruction,
  { graph }: RuleContext,
  budget: { left: number },
): readonly Draft[] {
  const scope = graph.scopeOf(from);
  const { uses } = expandWord(text, scope);
  const names = new Set(uses.filter(({ state }) => state === 'undefined').map(({ name }) => name));
  return [...names].map((name) => {
    const near = budget.left <= 0 ? undefined : nearest(name, [...scope.names(), ...platformArguments], budget);
    return {
      span,
      message: `FROM uses $${name}, which is not declared`,
      advice: near === undefined ? `put ARG ${name}=… before the first FROM` : `is $${near} meant?`,
    };
  });
}

const platformArguments = [
  'BUILDPLATFORM',
  'BUILDOS',
  'BUILDARCH',
  'TARGETPLATFORM',
  'TARGETOS',
  'TARGETARCH',
  'TARGETVARIANT',
];
