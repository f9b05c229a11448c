import { isAtLeast, severities } from '../../model/index.ts';
import type { Severity } from '../../model/index.ts';
import { daysSince, momentsAfter } from '../days.ts';
import type { Rule } from '../rule.ts';
import { aboutVulnerability, fixText, isCounted, vulnerabilitiesOf } from './vulnerabilities.ts';
import { vulnerabilityDefaults, vulnerabilityShape } from './vulnerabilities.ts';
import type { VulnerabilitySettings } from './vulnerabilities.ts';

interface Settings extends VulnerabilitySettings {
  readonly atLeast: Severity;
  readonly fixedForDays: number;
  readonly unknownSeverity: 'count' | 'warn' | 'ignore';
}

/** No known vulnerability at or above a severity, once a fixed version has been out for a while. */
export const fixableSeverity: Rule<Settings> = {
  name: 'fixable-severity',
  summary: 'No vulnerability at or above a severity whose fix has been out for a number of days.',
  explanation:
    'A fix that is out is work that can be done today. The rule gives fixedForDays days to do it, counted from the day ' +
    'the fix was known; where nobody says since when, the days count as over. A fixable vulnerability whose severity ' +
    'nobody has stated warns (unknownSeverity: count makes it a violation, ignore drops it). Without an advisory ' +
    'database it cannot tell.',
  needs: ['advisories'],
  ofEachFinding: true,
  defaults: { atLeast: 'high', fixedForDays: 0, unknownSeverity: 'warn', ...vulnerabilityDefaults },
  settings: (z) => ({
    atLeast: z.enum(severities).describe('The lightest severity that counts. Default high.'),
    fixedForDays: z.number().int().min(0).max(3650).describe('Days that a fix may be out. Default 0.'),
    unknownSeverity: z
      .enum(['count', 'warn', 'ignore'])
      .describe('What a fixable vulnerability without a stated severity does. Default warn.'),
    ...vulnerabilityShape(z),
  }),
  check(record, settings, facts) {
    const violations = [];
    for (const finding of vulnerabilitiesOf(record)) {
      if (finding.fix.state !== 'fixed') continue;
      const unstated = finding.severity === 'unknown' && settings.atLeast !== 'unknown';
      if (unstated ? settings.unknownSeverity === 'ignore' : !isAtLeast(finding.severity, settings.atLeast)) continue;
      const days = daysSince(finding.fix.availableAt, facts.now);
      if (days !== undefined && days < settings.fixedForDays) continue;
      if (!isCounted(finding, settings, facts)) continue;
      const why = `${fixText(finding)}; ${allowed(settings)}`;
      const onlyWarns = unstated && settings.unknownSeverity === 'warn';
      violations.push(aboutVulnerability(record, finding, { why, facts, onlyWarns }));
    }
    return { violations };
  },
  moments(record, { fixedForDays }) {
    return record.findings.flatMap((finding) =>
      finding.kind === 'vulnerability' && finding.fix.state === 'fixed'
        ? momentsAfter(finding.fix.availableAt, fixedForDays)
        : [],
    );
  },
};

function allowed({ atLeast, fixedForDays }: Settings): string {
  return fixedForDays === 0 ? `${atLeast} and above must be fixed` : `allowed: ${fixedForDays} days from the fix`;
}
