import { pinnedReference } from '../pinned-reference.ts';
import { offeredFix } from '../fix.ts';
import { outsideImages } from '../outside-images.ts';
import type { DockerfileRule } from '../rule.ts';

const newerBuild = { effect: 'contents', note: 'the image stands on the newer build of its base' } as const;

/** The digest is that of the newest build. */
export const freshBase: DockerfileRule = {
  name: 'fresh-base',
  summary: 'A pinned base is the newest that the catalogue knows.',
  explanation:
    'A digest keeps a base as it was, with the holes that were found in it since. Where the catalogue knows a newer build of the same tag, take that. Needs a catalogue.',
  category: 'supply-chain',
  severity: 'warning',
  aliases: [],
  check(_, { graph, facts }) {
    return outsideImages(graph).flatMap(({ name, reference, span, written, uses, by }) => {
      const base = name.digest === undefined ? undefined : facts.base?.(reference);
      const newest = base && pinnedReference(written, base);
      if (newest === undefined || base!.newestDigest === name.digest) return [];
      const draft = {
        span,
        message: `${reference.slice(0, reference.indexOf('@')).slice(0, 120)} has a newer build`,
        advice: `write ${newest}`,
      };
      if (uses.length > 0 || by === 'RUN' || !written.endsWith(`@${name.digest}`)) return [draft];
      const title = `pin it to ${base!.newestDigest!.slice(0, 19)}`;
      return [{ ...draft, fix: offeredFix(title, [{ span, text: newest }], newerBuild) }];
    });
  },
};
