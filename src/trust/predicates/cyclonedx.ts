import { listAt, member, textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

/** A CycloneDX SBOM. */
export const cyclonedx: PredicateKind = {
  names: ['cyclonedx'],
  types: ['https://cyclonedx.org/bom'],
  summary: 'what is in it (CycloneDX), made by a scan',
  read: (predicate) => ({
    kind: 'sbom',
    format: 'cyclonedx',
    packages: listAt(predicate, 1_000_000, 'components').length,
  }),
  complaint: (predicate) =>
    textAt(predicate, 'bomFormat') === 'CycloneDX' && member(predicate, 'specVersion') !== undefined
      ? undefined
      : 'a CycloneDX document has bomFormat and specVersion',
};
