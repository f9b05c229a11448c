import type { BaseFact } from '../facts.ts';
import { pinnedReference } from '../pinned-reference.ts';
import { offeredFix } from '../fix.ts';
import { type OutsideImage, looksLikeStage, outsideImages } from '../outside-images.ts';
import type { Draft, DockerfileRule } from '../rule.ts';

const pinned = {
  effect: 'contents',
  note: 'the image stands on the build that the catalogue knows, whatever the tag says meanwhile',
} as const;

/** Images by digest. */
export const pinnedBase: DockerfileRule = {
  name: 'pinned-base',
  summary: 'Every image from outside is pinned by its digest.',
  explanation:
    'A tag can be moved, by its owner or by whoever took over the account, and then the same file builds something else. repository:tag@sha256:… names one image for good, and the tag still says which version it is. With a catalogue of bases the digest can be put in and renewed.',
  category: 'supply-chain',
  severity: 'style',
  aliases: [],
  check(_, { graph, facts }) {
    return outsideImages(graph).flatMap((image) => {
      const { digest, tag } = image.name;
      if (digest !== undefined || looksLikeStage(image)) return [];
      const base = facts.base?.(image.reference);
      const newest = base && pinnedReference(image.reference, base);
      // Without a tag, or with latest, other rules say more of it.
      return newest === undefined && (tag === undefined || tag === 'latest') ? [] : [found(image, newest, base)];
    });
  },
};

function found(
  { reference, span, written, uses, by }: OutsideImage,
  newest: string | undefined,
  base: BaseFact | undefined,
): Draft {
  const draft = {
    span,
    message: `${reference.slice(0, 120)} is a tag that can be moved`,
    advice: `write ${newest ?? `${reference.slice(0, 120)}@sha256:… (docker buildx imagetools inspect shows it)`}`,
  };
  const text = base && pinnedReference(written, base);
  if (text === undefined || uses.length > 0 || by === 'RUN') return draft;
  const title = `pin it to ${base!.newestDigest!.slice(0, 19)}`;
  return { ...draft, fix: offeredFix(title, [{ span, text }], pinned) };
}
