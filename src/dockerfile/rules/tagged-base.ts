import { looksLikeStage, outsideImages } from '../outside-images.ts';
import type { DockerfileRule } from '../rule.ts';

/** Every image has a tag or a digest. */
export const taggedBase: DockerfileRule = {
  name: 'tagged-base',
  summary: 'Every image from outside has a tag or a digest.',
  explanation:
    'Without a tag the image is latest: whatever was pushed last, which may be the next major version tomorrow.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: ['DL3006'],
  check(_, { graph }) {
    return outsideImages(graph).flatMap((image) => {
      const { name, span, reference, uses } = image;
      if (name.tag !== undefined || name.digest !== undefined || looksLikeStage(image)) return [];
      // The whole of it may come from outside, tag included.
      if (uses.some(({ state }) => state === 'unset')) return [];
      return [
        {
          span,
          message: `${reference.slice(0, 120)} has no tag, so it is whatever was pushed last`,
          advice: `write the version, as ${reference.slice(0, 120)}:1.2.3, and best its digest too`,
        },
      ];
    });
  },
};
