import { safeFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';
import type { Word } from '../syntax.ts';

/** All keywords in one case. */
export const instructionCase: DockerfileRule = {
  name: 'instruction-case',
  summary: 'All instructions are written in the same case.',
  explanation:
    'Instructions stand out when all are in upper case (as nearly every Dockerfile has them) or all in lower case. The case that most of the file has is taken as meant.',
  category: 'style',
  severity: 'style',
  aliases: ['ConsistentInstructionCasing'],
  check({ instructions }) {
    const keywords = instructions.flatMap(({ kind, keyword }) => (kind === 'invalid' ? [] : [keyword]));
    const upper = keywords.filter(({ text }) => text === text.toUpperCase()).length;
    const lower = keywords.filter(({ text }) => text === text.toLowerCase()).length;
    const wanted = ({ text }: Word): string => (lower > upper ? text.toLowerCase() : text.toUpperCase());
    return keywords
      .filter((keyword) => keyword.text !== wanted(keyword))
      .map((keyword) => ({
        span: keyword.span,
        message: `${keyword.text} is not in ${lower > upper ? 'lower' : 'upper'} case as the rest of the file`,
        advice: `write ${wanted(keyword)}`,
        fix: safeFix(`write ${wanted(keyword)}`, [{ span: keyword.span, text: wanted(keyword) }]),
      }));
  },
};
