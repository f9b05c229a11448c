import { matchesAny } from '../pattern.ts';
import { repositoryOf } from '../image-names.ts';
import type { Draft, Rule } from '../rule.ts';

interface Settings {
  readonly allowMutable: boolean;
  readonly onlyProven: boolean;
  readonly allow: readonly string[];
}

const annotate =
  'scan with --base REFERENCE, or build with the annotations org.opencontainers.image.base.name and .base.digest';

/** The base image is known, by digest. */
export const knownBase: Rule<Settings> = {
  name: 'known-base',
  summary: 'The base image is known, pinned by digest, and one of those allowed.',
  explanation:
    'Who owns a finding, and whether a newer base mends it, follows from the base. A base that is known only by a tag is ' +
    'mutable: the next build may stand on something else. onlyProven takes no word for it: the lowest layers must have ' +
    "been compared with the base's own (--base). allow names the bases that may be built on.",
  needs: ['layers'],
  defaults: { allowMutable: false, onlyProven: false, allow: [] },
  settings: (z) => ({
    allowMutable: z.boolean().describe('Accept a base that is known by tag alone. Default false.'),
    onlyProven: z.boolean().describe("Ask that the layers were compared with the base's. Default false."),
    allow: z
      .array(z.string().max(1000))
      .describe('Patterns on base references or digests; empty: any base. Default empty.'),
  }),
  check({ base }, settings) {
    if (base === undefined)
      return {
        violations: [
          draft('missing', 'the base image is not known', 'nobody knows what the image is built on', annotate),
        ],
      };
    const name = base.name ?? base.digest ?? 'the base';
    const violations: Draft[] = [];
    if (!settings.allowMutable && base.digest === undefined)
      violations.push(
        draft(
          'mutable',
          `base ${name} has no digest`,
          'a tag can point elsewhere tomorrow',
          'pin it: FROM name:tag@sha256:…, and say so in org.opencontainers.image.base.digest',
        ),
      );
    if (settings.onlyProven && base.known !== 'layers')
      violations.push(
        draft(
          'unproven',
          `base ${name} is only claimed`,
          'its layers were not compared',
          `scan with --base ${base.name ?? 'REFERENCE'}`,
        ),
      );
    const names = [base.name, base.name === undefined ? undefined : repositoryOf(base.name), base.digest];
    if (settings.allow.length > 0 && !names.some((known) => known !== undefined && matchesAny(settings.allow, known)))
      violations.push(
        draft(
          'forbidden',
          `base ${name}`,
          'it is not one of the bases allowed',
          `build on one of: ${settings.allow.join(', ')}`,
        ),
      );
    return { violations };
  },
};

function draft(subject: string, what: string, why: string, mend: string): Draft {
  return { subject: `base:${subject}`, severity: 'medium', what, why, owner: 'image', mend };
}
