import { withoutFlag } from '../rule-edits.ts';
import { safeFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';

/** No --platform=$TARGETPLATFORM, which is what FROM does anyway. */
export const redundantPlatform: DockerfileRule = {
  name: 'redundant-platform',
  summary: 'FROM does not say --platform=$TARGETPLATFORM, which is the default.',
  explanation: 'FROM takes the target platform by itself. The flag makes readers look for a reason that is not there.',
  category: 'style',
  severity: 'warning',
  aliases: ['RedundantTargetPlatform', 'DL3065'],
  check(file, { graph }) {
    return graph.stages.flatMap(({ from }) => {
      const value = from.platform?.value;
      if (from.platform === undefined || value === undefined) return [];
      const { uses } = expandWord(value, graph.scopeOf(from));
      const isAlone = uses.length === 1 && uses[0]!.from === 0 && uses[0]!.to === value.length;
      if (!isAlone || uses[0]!.name !== 'TARGETPLATFORM' || uses[0]!.state !== 'given') return [];
      return [
        {
          span: from.platform.span,
          message: `--platform=${value} is the default`,
          advice: 'leave the flag out',
          fix: safeFix('leave the flag out', [withoutFlag(file, from.platform.span)]),
        },
      ];
    });
  },
};
