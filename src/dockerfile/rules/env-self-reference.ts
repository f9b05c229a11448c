import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';
import { instructionsOf } from '../walk.ts';

/** One ENV doesn't use what it sets. */
export const envSelfReference: DockerfileRule = {
  name: 'env-self-reference',
  summary: 'No ENV uses a variable that it sets itself.',
  explanation:
    'All values of one ENV see the variables as they were before it, so ENV A=1 B=$A gives B the old A, mostly nothing. Set what is used in an ENV of its own before.',
  category: 'correctness',
  severity: 'error',
  aliases: ['DL3044'],
  check(file, { graph }) {
    return instructionsOf(file, 'env').flatMap((instruction) => {
      const scope = graph.scopeOf(instruction);
      const set = new Set(instruction.pairs.map(({ name }) => name.text));
      return instruction.pairs.flatMap(({ name, value }) => {
        if (!value.text.includes('$')) return [];
        const wrong = expandWord(value.text, scope).uses.find(
          (use) => use.name !== name.text && set.has(use.name) && use.state !== 'fixed' && use.state !== 'default',
        );
        if (wrong === undefined) return [];
        return [
          {
            span: value.span,
            message: `${name.text} uses $${wrong.name}, which the same ENV sets`,
            advice: `set ${wrong.name} in an ENV before this one`,
          },
        ];
      });
    });
  },
};
