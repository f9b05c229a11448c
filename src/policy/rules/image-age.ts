import { dayOf, daysSince, momentsAfter } from '../days.ts';
import type { Rule } from '../rule.ts';

interface Settings {
  readonly maxAgeDays: number;
}

/** The image was built not too long ago. */
export const imageAge: Rule<Settings> = {
  name: 'image-age',
  summary: 'The image was built at most so many days ago.',
  explanation:
    'What is rebuilt regularly gets its fixes without anyone thinking of it, and can be rebuilt on the day it matters. ' +
    'An image without a date, or with the fixed one (1970, 1980) that reproducible builds set, cannot be told; nor one ' +
    'dated in the future.',
  needs: ['configuration'],
  defaults: { maxAgeDays: 90 },
  settings: (z) => ({ maxAgeDays: z.number().min(0).max(36_500).describe('Days since the build. Default 90.') }),
  check(record, { maxAgeDays }, { now }) {
    const { created, kind } = record.image;
    if (kind !== 'image') return { violations: [] };
    const age = daysSince(created, now);
    if (created === undefined || age === undefined)
      return { violations: [], doubts: [{ what: 'when the image was built: it has no date' }] };
    if (age < -1 || created < '1985')
      return { violations: [], doubts: [{ what: `when the image was built: it says ${dayOf(created)}` }] };
    if (age <= maxAgeDays) return { violations: [] };
    const draft = {
      subject: 'image-age',
      severity: 'medium' as const,
      what: `built on ${dayOf(created)}`,
      why: `allowed: ${maxAgeDays} days`,
      owner: 'image' as const,
      mend: 'rebuild it (docker build --pull --no-cache)',
    };
    return { violations: [draft] };
  },
  moments({ image }, { maxAgeDays }) {
    return [...momentsAfter(image.created, -1), ...momentsAfter(image.created, maxAgeDays)];
  },
};
