import { guessBudget, nearest } from '../read/nearest.ts';
import type { Draft, DockerfileRule, RuleContext } from '../rule.ts';
import type { Instruction, Span } from '../syntax.ts';
import { expandWord } from '../variables/expansion.ts';
import { withTriggers } from '../walk.ts';

/** Variables are declared before they are used. */
export const declaredVariables: DockerfileRule = {
  name: 'declared-variables',
  summary: 'Variables are declared before they are used.',
  explanation:
    'An undeclared variable is empty. ARG before the first FROM is for FROM alone: a stage must repeat ARG NAME to see it. Variables of a base image that is not known here are taken to exist, unless the name is nearly that of a declared one. RUN, CMD and ENTRYPOINT are left to their shell.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['UndefinedVar'],
  check({ instructions }, context) {
    const drafts: Draft[] = [];
    const budget = guessBudget();
    for (const instruction of withTriggers(instructions))
      if (context.stageOf(instruction) !== undefined) drafts.push(...found(instruction, context, budget));
    return drafts;
  },
};

function found(instruction: Instruction, { graph }: RuleContext, budget: { left: number }): readonly Draft[] {
  const scope = graph.scopeOf(instruction);
  const declared = new Set<string>();
  const drafts = new Map<string, Draft>();
  for (const { text, span } of expandedTexts(instruction)) {
    if (!text.includes('$')) continue;
    for (const { name, state, hasFallback } of expandWord(text, scope).uses) {
      if (declared.has(name) || drafts.has(name) || !/^[A-Za-z_]/.test(name)) continue;
      const near = budget.left <= 0 ? undefined : nearest(name, scope.names(), budget);
      // PATH of the base is there for sure, so that PAHT is no variable of the base is as good as known.
      const isMistyped = state === 'inherited' && near !== undefined && near !== name && name.length > 3;
      if (state !== 'undefined' && !isMistyped) declared.add(name);
      else if (!hasFallback || isMistyped)
        drafts.set(name, {
          span,
          message: `$${name} is declared nowhere before`,
          advice:
            near === undefined || near === name ? `declare it with ARG ${name} or ENV ${name}=…` : `is $${near} meant?`,
        });
    }
  }
  return [...drafts.values()];
}

/** The texts in which builders put variables. (Dockerfile reference, "Environment replacement".) */
function expandedTexts(instruction: Instruction): readonly { readonly text: string; readonly span: Span }[] {
  switch (instruction.kind) {
    case 'env':
    case 'label':
      return instruction.pairs.flatMap(({ name, value }) => [name, value]);
    case 'arg':
      return instruction.variables.flatMap(({ value }) => (value === undefined ? [] : [value]));
    case 'copy':
    case 'add': {
      const flags = [instruction.chown, instruction.chmod, instruction.checksum];
      return [
        ...flags.flatMap((flag) => (flag?.value === undefined ? [] : [{ text: flag.value, span: flag.span }])),
        ...instruction.sources.filter(({ heredoc }) => heredoc === undefined),
        instruction.destination,
      ];
    }
    case 'workdir':
    case 'user':
    case 'stopsignal':
      return [instruction.value];
    case 'expose':
      return instruction.ports;
    case 'volume':
      return instruction.paths;
    default:
      return [];
  }
}
