import * as z from 'zod';
import { Severity, Time } from './shared.ts';

const time = z.iso.datetime({ offset: true });

export const TimeToFixQuery = z.object({
  since: time.optional().describe('Findings count as fixed that went from then on. Default: 90 days before the end.'),
  until: time.optional().describe('The end of the time, not part of it. Default: now.'),
  team: z.string().max(256).optional(),
  severity: Severity.optional(),
  kind: z.enum(['vulnerability', 'secret', 'private-key', 'misconfiguration', 'bloat']).default('vulnerability'),
});

/** Days, one decimal; null where there is none of them. */
const DaysOf = z.object({ count: z.int(), medianDays: z.number().nullable(), p90Days: z.number().nullable() });

const times = {
  fromFirstSeen: DaysOf.describe('Of those that went: days from when they were first seen.'),
  fromFirstFixable: DaysOf.describe(
    'Of those that went and had a fix: days from when it was known, and the finding seen.',
  ),
  open: DaysOf.extend({ oldestDays: z.number().nullable() }).describe(
    'Those that are there at the end, waived ones aside: their age.',
  ),
  openFixable: z.int(),
  waived: z.int(),
};

/** How long findings of repositories lasted: docs/howto/time-to-fix.md. */
export const TimeToFix = z.object({
  since: Time,
  until: Time,
  kind: z.string(),
  items: z
    .array(z.object({ team: z.string().optional(), severity: Severity, ...times }))
    .describe('By team and severity.'),
  bySeverity: z.array(z.object({ severity: Severity, ...times })),
  all: z.object(times),
});
export type TimeToFix = z.infer<typeof TimeToFix>;
