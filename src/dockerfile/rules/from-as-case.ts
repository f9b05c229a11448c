import { safeFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';

/** `FROM … AS`, `from … as`. */
export const fromAsCase: DockerfileRule = {
  name: 'from-as-case',
  summary: 'AS is written in the case of its FROM.',
  explanation: 'FROM and AS are one instruction; written in different cases, AS is easily read over.',
  category: 'style',
  severity: 'style',
  aliases: ['FromAsCasing'],
  check(_, { graph }) {
    return graph.stages.flatMap(({ from: { as, keyword } }) => {
      if (as === undefined) return [];
      const isUpper = keyword.text === keyword.text.toUpperCase();
      // FROM itself in two cases is another rule's matter.
      if (!isUpper && keyword.text !== keyword.text.toLowerCase()) return [];
      const wanted = isUpper ? 'AS' : 'as';
      if (as.keyword.text === wanted) return [];
      const { span } = as.keyword;
      return [
        {
          span,
          message: `${as.keyword.text} stands behind ${keyword.text}`,
          advice: `write ${wanted}`,
          fix: safeFix(`write ${wanted}`, [{ span, text: wanted }]),
        },
      ];
    });
  },
};
