import { isAtLeast, severities } from '../../model/index.ts';
import type { Severity } from '../../model/index.ts';
import { daysSince, momentsAfter } from '../days.ts';
import type { Rule } from '../rule.ts';
import { aboutVulnerability, fixText, isCounted, vulnerabilitiesOf } from './vulnerabilities.ts';
import { vulnerabilityDefaults, vulnerabilityShape } from './vulnerabilities.ts';
import type { VulnerabilitySettings } from './vulnerabilities.ts';

interface Settings extends VulnerabilitySettings {
  readonly atLeast: Severity;
  readonly knownForDays: number;
}

/** No vulnerability at or above a severity for which there is no fix. */
export const unfixedSeverity: Rule<Settings> = {
  name: 'unfixed-severity',
  summary: 'No vulnerability at or above a severity for which no fix is out, once it has been known for a while.',
  explanation:
    'For places where a grave hole may not sail even though nobody can mend it yet: the way out is to remove the ' +
    'package, to choose another base, or to ask for a waiver that ends when a fix appears. Counts what the vendor ' +
    'will not fix, too. Without an advisory database it cannot tell.',
  needs: ['advisories'],
  ofEachFinding: true,
  defaults: { atLeast: 'critical', knownForDays: 0, ...vulnerabilityDefaults },
  settings: (z) => ({
    atLeast: z.enum(severities).describe('The lightest severity that counts. Default critical.'),
    knownForDays: z.number().int().min(0).max(3650).describe('Days that it may be known. Default 0.'),
    ...vulnerabilityShape(z),
  }),
  check(record, settings, facts) {
    const violations = [];
    for (const finding of vulnerabilitiesOf(record)) {
      if (finding.fix.state === 'fixed' || !isAtLeast(finding.severity, settings.atLeast)) continue;
      const days = daysSince(finding.published, facts.now);
      if (days !== undefined && days < settings.knownForDays) continue;
      if (!isCounted(finding, settings, facts)) continue;
      const why = `${fixText(finding)}; ${settings.atLeast} and above may not sail unfixed`;
      const draft = aboutVulnerability(record, finding, { why, facts });
      violations.push({ ...draft, mend: draft.mend ?? 'remove the package, choose another base, or ask for a waiver' });
    }
    return { violations };
  },
  moments(record, { knownForDays }) {
    return record.findings.flatMap((finding) =>
      finding.kind === 'vulnerability' && finding.fix.state !== 'fixed'
        ? momentsAfter(finding.published, knownForDays)
        : [],
    );
  },
};
