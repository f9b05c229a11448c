import { matchesPattern } from '../pattern.ts';
import type { Rule } from '../rule.ts';

interface Settings {
  readonly labels: Readonly<Record<string, string>>;
}

/** The image carries the labels that say whose it is and where it comes from. */
export const requiredLabels: Rule<Settings> = {
  name: 'required-labels',
  summary: 'The image carries each of the listed labels with a value that matches.',
  explanation:
    'Labels of the image and annotations of its manifest count alike. A pattern of ** takes any value but the empty one.',
  needs: ['configuration'],
  defaults: { labels: {} },
  settings: (z) => ({
    labels: z
      .record(z.string().min(1).max(300), z.string().max(1000))
      .describe('Label names and patterns on their values.'),
  }),
  check(record, { labels }) {
    if (record.image.kind !== 'image') return { violations: [] };
    const violations = [];
    for (const [name, pattern] of Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))) {
      const value = own(record.image.labels, name) ?? own(record.image.annotations, name);
      if (value !== undefined && value !== '' && matchesPattern(pattern, value)) continue;
      violations.push({
        subject: `label:${name}`,
        severity: 'low' as const,
        what: value === undefined || value === '' ? `no label ${name}` : `label ${name} is ${value}`,
        why: value === undefined || value === '' ? 'the policy requires it' : `it must match ${pattern}`,
        owner: 'image' as const,
        mend: `LABEL ${name}="…" in the Dockerfile, or docker build --label ${name}=…`,
      });
    }
    return { violations };
  },
};

function own(values: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
