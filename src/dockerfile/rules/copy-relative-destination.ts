import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';
import { withTriggers } from '../walk.ts';

/** A relative destination needs a WORKDIR. */
export const copyRelativeDestination: DockerfileRule = {
  name: 'copy-relative-destination',
  summary: 'COPY to a relative path has a WORKDIR before it.',
  explanation:
    'Without WORKDIR the files go wherever the base image works, which another base may have elsewhere. Say WORKDIR before it, or write the whole path.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['DL3045'],
  check(_, { graph }) {
    const isSetAtEnd: boolean[] = [];
    return graph.stages.flatMap(({ instructions, base }) => {
      let isSet = base.kind === 'stage' && isSetAtEnd[base.stage] === true;
      const drafts: { span: { start: number; end: number }; message: string; advice: string }[] = [];
      for (const instruction of withTriggers(instructions)) {
        if (instruction.kind === 'workdir') isSet = true;
        if ((instruction.kind !== 'copy' && instruction.kind !== 'add') || isSet) continue;
        const { destination, keyword } = instruction;
        const { text } = expandWord(destination.text, graph.scopeOf(instruction));
        if (text === undefined || text === '' || /^(?:[/\\]|[A-Za-z]:[\\/])/.test(text)) continue;
        drafts.push({
          span: destination.span,
          message: `${keyword.text.toUpperCase()} goes to ${text.slice(0, 100)}, relative to whatever the base image has`,
          advice: 'say WORKDIR before it, or write the whole path',
        });
      }
      isSetAtEnd.push(isSet);
      return drafts;
    });
  },
};
