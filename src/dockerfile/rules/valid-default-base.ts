import { parseImageName } from '../image-name.ts';
import type { DockerfileRule } from '../rule.ts';

/** Without build arguments, FROM still names an image. */
export const validDefaultBase: DockerfileRule = {
  name: 'valid-default-base',
  summary: 'FROM names an image even without build arguments.',
  explanation:
    'An ARG without a default is empty unless the build gives it, so FROM image:${TAG} becomes "image:", which is no image. Give the ARG a default, or write ${TAG:-default}.',
  category: 'correctness',
  severity: 'warning',
  aliases: ['InvalidDefaultArgInFrom'],
  check(_, { graph }) {
    return graph.stages.flatMap(({ base, from }) => {
      if (base.kind !== 'image') return [];
      const { text, error, uses } = base.reference;
      const isKnown = text !== undefined && uses.every(({ state }) => state !== 'given' && state !== 'inherited');
      if (error === undefined && (!isKnown || parseImageName(text) !== undefined)) return [];
      const became = text === '' ? 'nothing' : JSON.stringify(text?.slice(0, 100));
      return [
        {
          span: from.image.span,
          message:
            error ??
            (uses.length === 0
              ? `${became} can't name an image`
              : `without build arguments the base is ${became}, which is no image`),
          advice:
            uses.length === 0
              ? 'write registry/repository:tag, in lower case but for the tag'
              : 'give the argument a default that makes a whole name',
        },
      ];
    });
  },
};
