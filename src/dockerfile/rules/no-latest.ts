import { outsideImages } from '../outside-images.ts';
import type { DockerfileRule } from '../rule.ts';

/** Not the tag latest. */
export const noLatest: DockerfileRule = {
  name: 'no-latest',
  summary: 'No image from outside is taken by the tag latest.',
  explanation:
    'latest is whatever was pushed last: two builds of the same file differ, and nobody can say later what was in them. A digest behind it makes it exact.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: ['DL3007'],
  check(_, { graph }) {
    return outsideImages(graph).flatMap(({ name, span, reference }) =>
      name.tag === 'latest' && name.digest === undefined
        ? [
            {
              span,
              message: `${reference.slice(0, 120)} is whatever was pushed last`,
              advice: 'write the version, and best its digest too',
            },
          ]
        : [],
    );
  },
};
