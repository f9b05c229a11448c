import { provenanceType } from '../../build/index.ts';
import { writeCycloneDx } from '../../record/index.ts';
import { verdictPredicate } from '../../trust/index.ts';
import type { BuiltAndJudged } from './build-image.ts';

/** What is said of an image that was built. */
export interface BuiltStatement {
  /** For names of files: `provenance`, `sbom`, `verdict`. */
  readonly name: string;
  readonly predicateType: string;
  readonly predicate: unknown;
}

/** Provenance, what is in it, and the verdict, of an image that goes by a name. */
export function statementsOf(built: BuiltAndJudged, reference: string, now: Date): readonly BuiltStatement[] {
  const { provenance, record, verdict } = built;
  const sbom: unknown = JSON.parse(writeCycloneDx(record, { reference }));
  return [
    { name: 'provenance', predicateType: provenanceType, predicate: provenance },
    { name: 'sbom', predicateType: 'https://cyclonedx.org/bom', predicate: sbom },
    {
      name: 'verdict',
      predicateType: 'https://slsa.dev/verification_summary/v1',
      predicate: verdictPredicate(verdict, { resource: reference, now }),
    },
  ];
}
