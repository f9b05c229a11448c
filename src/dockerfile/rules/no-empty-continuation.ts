import { safeFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';

/** No empty lines inside an instruction. */
export const noEmptyContinuation: DockerfileRule = {
  name: 'no-empty-continuation',
  summary: 'No line inside an instruction is empty.',
  explanation:
    'Builders still skip an empty line behind a line continuation, but say that they will refuse it one day; and a reader takes the instruction to end there. Take the line away, or make it a comment.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['NoEmptyContinuation'],
  check({ text, instructions }) {
    return instructions.flatMap(({ emptyLines, keyword }) => {
      const first = emptyLines[0];
      if (first === undefined) return [];
      const edits = emptyLines.map(({ start, end }) => {
        const newline = text.indexOf('\n', end);
        return { span: { start, end: newline === -1 ? end : newline + 1 }, text: '' };
      });
      const count = emptyLines.length === 1 ? 'an empty line' : `${emptyLines.length} empty lines`;
      return [
        {
          span: first,
          message: `${keyword.text.toUpperCase()} goes on behind ${count}`,
          advice: 'take the empty lines out, or begin them with #',
          fix: safeFix('take the empty lines out', edits),
        },
      ];
    });
  },
};
