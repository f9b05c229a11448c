import { nearest } from '../read/nearest.ts';
import type { DockerfileRule, RuleContext } from '../rule.ts';
import type { Span, Word } from '../syntax.ts';
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
    return context.graph.stages.flatMap(({ from }) => [
      ...undeclared(from.image, from.span, context),
      ...(from.platform === undefined
        ? []
        : undeclared({ text: from.platform.value ?? '', span: from.platform.span }, from.span, context)),
    ]);
  },
};

function undeclared({ text, span }: Word, whole: Span, { graph }: RuleContext): ReturnType<DockerfileRule['check']> {
  const scope = graph.scopeOf(graph.stages.find(({ from }) => from.span === whole)!.from);
  const { uses } = expandWord(text, scope);
  const names = new Set(uses.filter(({ state }) => state === 'undefined').map(({ name }) => name));
  return [...names].map((name) => {
    const near = nearest(name, [...scope.names(), ...platformArguments]);
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
