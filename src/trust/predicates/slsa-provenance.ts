import { member } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';
import { provenanceFacts } from './provenance-facts.ts';

/** SLSA provenance, version 1. */
export const slsaProvenance: PredicateKind = {
  names: ['slsaprovenance1', 'provenance'],
  types: ['https://slsa.dev/provenance/v1'],
  summary: 'what built it, from what (SLSA provenance v1)',
  read: provenanceFacts,
  complaint: (predicate) =>
    member(predicate, 'buildDefinition') === undefined || member(predicate, 'runDetails') === undefined
      ? 'SLSA provenance v1 has buildDefinition and runDetails'
      : undefined,
};
