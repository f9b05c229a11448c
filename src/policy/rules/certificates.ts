import type { Certificate } from '../../model/index.ts';
import { dayOf, daysSince, momentsAfter } from '../days.ts';
import { matchesAny } from '../pattern.ts';
import { isDeleted, misconfigurationAt } from '../rule.ts';
import type { Draft, Rule, RuleResult } from '../rule.ts';

interface Settings {
  readonly expired: boolean;
  readonly validForDays: number;
  readonly weak: boolean;
  readonly exceptPaths: readonly string[];
}

/** Certificates in the image are valid and strong. */
export const certificates: Rule<Settings> = {
  name: 'certificates',
  summary: 'Certificates outside the system trust store have not expired, stay valid for a while, and are not weak.',
  explanation:
    "A certificate that ends takes a service down; a weak one (RSA under 2048 bits, SHA-1, a test authority's) does not " +
    "protect. Old ones in a distribution's own CA bundle are not counted. An expiry that cannot be read cannot be told.",
  needs: ['files'],
  defaults: { expired: true, validForDays: 0, weak: true, exceptPaths: [] },
  settings: (z) => ({
    expired: z.boolean().describe('Object to expired ones. Default true.'),
    validForDays: z.number().int().min(0).max(3650).describe('Days that they must still be valid. Default 0.'),
    weak: z.boolean().describe('Object to weak ones. Default true.'),
    exceptPaths: z
      .array(z.string().max(4096))
      .describe('Patterns on paths that may hold any (test data). Default none.'),
  }),
  check(record, settings, { now }) {
    const results = record.certificates
      .filter(({ place, inTrustStore }) => !inTrustStore && !isDeleted(place))
      .filter(({ place }) => !matchesAny(settings.exceptPaths, place.path ?? ''))
      .map((certificate) => judgeOne(certificate, settings, now));
    const violations = results
      .flatMap((r) => r.violations)
      .map((draft) => ({ ...draft, ...misconfigurationAt(record, 'weak-certificate', draft.place?.path) }));
    return { violations, doubts: results.flatMap((r) => r.doubts ?? []) };
  },
  moments(record, { validForDays }) {
    return record.certificates.flatMap(({ notAfter, inTrustStore }) =>
      inTrustStore ? [] : [...momentsAfter(notAfter, -validForDays), ...momentsAfter(notAfter, 0)],
    );
  },
};

function judgeOne(certificate: Certificate, settings: Settings, now: Date): RuleResult {
  const { notAfter, subject, place, fingerprintSha256, weaknesses } = certificate;
  const violations: Draft[] = [];
  const about = { owner: place.owner, place, what: `certificate ${subject}` };
  const past = daysSince(notAfter, now);
  if (settings.expired && past === undefined)
    return {
      violations,
      doubts: [{ what: `whether certificate ${subject} in ${place.path} has expired: its date can't be read` }],
    };
  if (settings.expired && past! > -settings.validForDays)
    violations.push({
      ...about,
      subject: `certificate:${fingerprintSha256}:expired`,
      severity: past! > 0 ? 'medium' : 'low',
      why:
        past! > 0
          ? `it expired on ${dayOf(notAfter)}`
          : `it expires on ${dayOf(notAfter)}; ${settings.validForDays} days must be left`,
      mend: 'replace it, or give it to the container when it starts instead of building it in',
    });
  if (settings.weak && weaknesses.length > 0)
    violations.push({
      ...about,
      subject: `certificate:${fingerprintSha256}:weak`,
      severity: 'medium',
      why: `it is weak: ${weaknesses.join(', ')}`,
      mend: 'issue it anew with RSA 2048 or P-256 at least and SHA-256',
    });
  return { violations };
}
