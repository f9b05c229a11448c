import { safeFix } from '../fix.ts';
import type { DockerfileRule } from '../rule.ts';
import { expandWord } from '../variables/expansion.ts';
import { instructionsOf } from '../walk.ts';

/** Several sources go into a folder. */
export const copyDestinationSlash: DockerfileRule = {
  name: 'copy-destination-slash',
  summary: 'COPY of several sources ends with a folder and a slash.',
  explanation:
    'With more than one source the destination must be a folder. The slash says so; without it older builders fail, and a reader takes it for a file.',
  category: 'correctness',
  severity: 'error',
  aliases: ['DL3021'],
  check(file, { graph }) {
    return instructionsOf(file, 'copy', 'add').flatMap((instruction) => {
      const { destination, sources, isJson } = instruction;
      if (sources.length < 2) return [];
      const { text } = expandWord(destination.text, graph.scopeOf(instruction));
      if (text === undefined || text === '' || /[/\\]$/.test(text) || /^\.{1,2}$/.test(text)) return [];
      const isPlain = !isJson && text === destination.text;
      return [
        {
          span: destination.span,
          message: `${sources.length} sources go to ${text.slice(0, 100)}, which has no slash at its end`,
          advice: `write ${text.slice(0, 100)}/`,
          ...(isPlain
            ? {
                fix: safeFix('add the slash', [{ span: destination.span, text: `${text}/` }]),
              }
            : {}),
        },
      ];
    });
  },
};
