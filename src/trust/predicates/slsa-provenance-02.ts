import { member } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';
import { provenanceFacts } from './provenance-facts.ts';

/** SLSA provenance, version 0.2: what BuildKit writes by default. */
export const slsaProvenance02: PredicateKind = {
  names: ['slsaprovenance02', 'slsaprovenance'],
  types: ['https://slsa.dev/provenance/v0.2', 'https://slsa.dev/provenance/v0.1'],
  summary: 'the same in its older form (SLSA provenance v0.2)',
  read: provenanceFacts,
  complaint: (predicate) =>
    member(predicate, 'builder') === undefined ? 'SLSA provenance v0.2 has builder and buildType' : undefined,
};
