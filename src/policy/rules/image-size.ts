import type { Rule } from '../rule.ts';

interface Settings {
  readonly maxMegabytes: number;
}

/** The image is not larger than it may be. */
export const imageSize: Rule<Settings> = {
  name: 'image-size',
  summary: 'All layers together, uncompressed, are at most so many megabytes.',
  explanation:
    'A megabyte is 1,000,000 bytes. Counts what upper layers deleted or replaced too: it is pulled and stored.',
  needs: ['layers'],
  defaults: { maxMegabytes: 1000 },
  settings: (z) => ({
    maxMegabytes: z.number().positive().max(10_000_000).describe('Megabytes of all layers. Default 1000.'),
  }),
  check({ statistics }, { maxMegabytes }) {
    const megabytes = statistics.sizeBytes / 1e6;
    if (megabytes <= maxMegabytes) return { violations: [] };
    const hidden = Math.round(statistics.hiddenBytes / 1e6);
    const draft = {
      subject: 'image-size',
      severity: 'low' as const,
      what: `${Math.ceil(megabytes)} MB in all layers`,
      why: `allowed: ${maxMegabytes} MB`,
      owner: 'image' as const,
      mend:
        hidden > 0
          ? `${hidden} MB are deleted or replaced by upper layers: make and remove them in one RUN, or use a multi-stage build`
          : 'use a multi-stage build and a smaller base',
    };
    return { violations: [draft] };
  },
};
