import type { EndorsementFacts } from '../../model/index.ts';
import { type Members, textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

/** A person stands behind a base image that passed: docs/formats/base.md has the members. */
export const endorsement: PredicateKind = {
  names: ['endorsement'],
  types: ['https://plimsoll.dev/attestations/base-endorsement/v1'],
  summary: 'a person stands behind a base image: plimsoll base endorse makes it',
  read: factsIn,
  complaint: (predicate) =>
    factsIn((predicate ?? {}) as Members) === undefined
      ? 'an endorsement has base, by, role, at, and a verdict that passes'
      : undefined,
};

function factsIn(predicate: Members): EndorsementFacts | undefined {
  const base = textAt(predicate, 'base');
  const by = textAt(predicate, 'by');
  const role = textAt(predicate, 'role');
  const endorsedAt = textAt(predicate, 'at');
  const supportEnd = textAt(predicate, 'supportEnd');
  if (base === undefined || by === undefined || role === undefined || endorsedAt === undefined) return undefined;
  if (Number.isNaN(Date.parse(endorsedAt)) || textAt(predicate, 'verdict', 'result') !== 'pass') return undefined;
  return { kind: 'endorsement', base, by, role, endorsedAt, ...(supportEnd === undefined ? {} : { supportEnd }) };
}
