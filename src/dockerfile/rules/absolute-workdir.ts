import type { Draft, DockerfileRule, RuleContext } from '../rule.ts';
import type { Stage } from '../stages.ts';
import type { TextInstruction } from '../syntax.ts';
import { expandWord } from '../variables/expansion.ts';

/** WORKDIR says the whole path. */
export const absoluteWorkdir: DockerfileRule = {
  name: 'absolute-workdir',
  summary: 'WORKDIR is an absolute path.',
  explanation:
    "A relative WORKDIR goes on from the one before. Where that is the base image's own, a new base moves everything without a word. Behind an absolute WORKDIR of the same file it is only harder to read.",
  category: 'correctness',
  severity: 'error',
  aliases: ['WorkdirRelativePath', 'DL3000'],
  check(_, context) {
    const drafts: Draft[] = [];
    const isSetAtEnd: boolean[] = [];
    for (const stage of context.graph.stages) {
      let isSet = stage.base.kind === 'stage' && isSetAtEnd[stage.base.stage] === true;
      for (const workdir of workdirsOf(stage)) {
        drafts.push(...found(workdir, isSet, context));
        isSet = true;
      }
      isSetAtEnd.push(isSet);
    }
    return drafts;
  },
};

function workdirsOf({ instructions }: Stage): readonly TextInstruction[] {
  return instructions.flatMap((each) => (each.kind === 'workdir' ? [each] : []));
}

function found(workdir: TextInstruction, isSet: boolean, { graph }: RuleContext): readonly Draft[] {
  const { text, uses } = expandWord(workdir.value.text, graph.scopeOf(workdir));
  // What begins with a variable that isn't known may well be absolute.
  if (text === undefined || (text === '' && uses.length > 0) || isAbsolute(text)) return [];
  if (uses.some(({ from, state }) => from === 0 && state !== 'fixed' && state !== 'default')) return [];
  const { span } = workdir.value;
  return isSet
    ? [
        {
          span,
          message: `WORKDIR ${text} goes on from the WORKDIR before`,
          advice: 'write the whole path',
          severity: 'info',
          aliases: ['DL3000'],
        },
      ]
    : [
        {
          span,
          message: `WORKDIR ${text} is relative to whatever the base image has`,
          advice: `write the whole path, as /${text}`,
        },
      ];
}

function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\') || /^[A-Za-z]:(?:[\\/]|$)/.test(path);
}
