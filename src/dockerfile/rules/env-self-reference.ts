import { offeredFix } from '../fix.ts';
import type { DockerfileRule, Draft } from '../rule.ts';
import { lineEndOf } from '../rule-edits.ts';
import type { Dockerfile, PairsInstruction, Word } from '../syntax.ts';
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
            ...apart(file, instruction, name),
          },
        ];
      });
    });
  },
};

/** Begins a second ENV with the pair of that name; only where what it uses is set before it. */
function apart({ text }: Dockerfile, instruction: PairsInstruction, name: Word): Pick<Draft, 'fix'> {
  const at = instruction.pairs.findIndex((pair) => pair.name === name);
  const before = instruction.pairs[at - 1];
  if (before === undefined) return {};
  const span = { start: before.span.end, end: name.span.start };
  if (!/^[ \t]+$/.test(text.slice(span.start, span.end))) return {};
  const edits = [{ span, text: `${lineEndOf(text)}${instruction.keyword.text} ` }];
  const note = `${name.text} is made of the values that this ENV sets, not of those before it`;
  return { fix: offeredFix('begin a second ENV with it', edits, { effect: 'configuration', note }) };
}
