import type { Finding, Verdict } from '../../model/index.ts';
import type { FindingLife, FindingPast } from '../../server-store/index.ts';
import type { ImageFinding } from '../contract/index.ts';
import { known } from './shapes.ts';

export interface FindingContext {
  readonly lives: ReadonlyMap<string, FindingLife>;
  readonly pasts: ReadonlyMap<string, readonly FindingPast[]>;
  readonly verdicts: readonly Verdict[];
}

/** A finding with its life, and what verdicts say of it. */
export function findingShape(finding: Finding, { lives, pasts, verdicts }: FindingContext): ImageFinding {
  const life = lives.get(finding.id);
  const broken = verdicts.flatMap(({ violations, warnings }) =>
    [...violations, ...warnings].filter(({ findingId }) => findingId === finding.id),
  );
  const waived = verdicts
    .flatMap((verdict) => verdict.waived)
    .find(({ violation }) => violation.findingId === finding.id);
  const { id, kind, severity, title, place } = finding;
  return known({
    ...factsOf(finding),
    id,
    kind,
    severity,
    title,
    place,
    owner: place.owner,
    mend: broken.find(({ mend }) => mend !== undefined)?.mend ?? null,
    waiver: waived?.waiver.id ?? null,
    rules: [...new Set(broken.map(({ rule }) => rule))].sort(),
    firstSeen: life?.firstSeen ?? null,
    firstFixable: life?.firstFixable ?? null,
    waivedSince: life?.waivedSince ?? null,
    past: pasts.get(finding.id)?.map(({ state, since, until }) => ({ state, since, until })) ?? null,
  }) as unknown as ImageFinding;
}

/** What only its kind has. */
function factsOf(finding: Finding): { readonly name: string } & Readonly<Record<string, unknown>> {
  switch (finding.kind) {
    case 'vulnerability': {
      const { advisory, aliases, packageId, packageName, packageVersion, fix, cvss, exploited, epss } = finding;
      const { published, reference, ecosystem } = finding;
      return {
        ...{ name: advisory, aliases, packageId, packageName, packageVersion, fix, cvss, exploited, epss },
        ...{ published, reference, ecosystem },
      };
    }
    case 'secret':
      return { name: finding.rule, redacted: finding.redacted };
    case 'private-key':
      return { name: finding.format, detail: finding.encrypted === true ? 'encrypted' : 'not encrypted' };
    case 'misconfiguration':
      return { name: finding.check, detail: finding.detail };
    case 'bloat':
      return { name: finding.category, sizeBytes: finding.sizeBytes, detail: `${finding.files} files` };
  }
}
