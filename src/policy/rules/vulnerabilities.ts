import type { ImageRecord, Owner, VulnerabilityFinding } from '../../model/index.ts';
import { mendVulnerability } from '../mend.ts';
import { aboutFinding, isDeleted } from '../rule.ts';
import type { Draft, RuleFacts, Zod } from '../rule.ts';

/** Settings that every rule on vulnerabilities has. */
export interface VulnerabilitySettings {
  /** Also count packages that an upper layer deleted: they can't run, but they ship. */
  readonly countDeleted: boolean;
  /** Also count packages that a lock file marks as only for development. */
  readonly countDev: boolean;
  /** Whose findings count. */
  readonly owners: readonly Owner[];
}

export const vulnerabilityDefaults: VulnerabilitySettings = {
  countDeleted: false,
  countDev: false,
  owners: ['base', 'app'],
};

export function vulnerabilityShape(z: Zod) {
  return {
    countDeleted: z.boolean().describe('Also count packages that an upper layer deleted. Default false.'),
    countDev: z.boolean().describe('Also count packages that a lock file marks as development only. Default false.'),
    owners: z
      .array(z.enum(['base', 'app']))
      .min(1)
      .describe('Whose findings count: base, app. Default both.'),
  };
}

/** The vulnerabilities of a record. */
export function vulnerabilitiesOf({ findings }: ImageRecord): readonly VulnerabilityFinding[] {
  return findings.filter((finding): finding is VulnerabilityFinding => finding.kind === 'vulnerability');
}

/** Whether the settings count a vulnerability. Ask it last: its package is looked up. */
export function isCounted(finding: VulnerabilityFinding, settings: VulnerabilitySettings, facts: RuleFacts): boolean {
  return (
    (settings.countDeleted || !isDeleted(finding.place)) &&
    settings.owners.includes(finding.place.owner) &&
    (settings.countDev || facts.lookup.package(finding.packageId)?.dev !== true)
  );
}

/** A violation about a vulnerability, worded alike by every rule. */
export function aboutVulnerability(
  record: ImageRecord,
  finding: VulnerabilityFinding,
  words: { readonly why: string; readonly facts: RuleFacts; readonly onlyWarns?: boolean },
): Draft {
  const mend = mendVulnerability(record, finding, words.facts.lookup);
  return aboutFinding(finding, {
    what: `${finding.advisory} (${finding.severity}) in ${finding.packageName} ${finding.packageVersion}`,
    why: words.why,
    ...(mend === undefined ? {} : { mend }),
    ...(words.onlyWarns === true ? { onlyWarns: true } : {}),
  });
}

/** `fixed in 1.2.3 since 2024-06-01`, with what is known. */
export function fixText({ fix }: VulnerabilityFinding): string {
  if (fix.state === 'wont-fix') return 'the vendor will not fix it';
  if (fix.state !== 'fixed') return fix.state === 'unknown' ? 'nobody says whether a fix exists' : 'no fix is out';
  const version = fix.version === undefined ? 'fixed' : `fixed in ${fix.version}`;
  return fix.availableAt === undefined ? version : `${version} since ${fix.availableAt.slice(0, 10)}`;
}
