import type { ApprovalFacts } from '../../model/index.ts';
import { textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

/** A person's approval: who it is says the signature, not the text. */
export const approval: PredicateKind = {
  names: ['approval'],
  types: ['https://plimsoll.dev/attestations/approval/v1'],
  summary: 'a person’s approval: --statement, --scope, --until',
  read(predicate) {
    const statement = textAt(predicate, 'statement');
    const approvedAt = textAt(predicate, 'approvedAt');
    const scope = textAt(predicate, 'scope');
    const until = textAt(predicate, 'until');
    const times = [approvedAt, ...(until === undefined ? [] : [until])];
    if (statement === undefined || approvedAt === undefined) return undefined;
    if (times.some((time) => Number.isNaN(Date.parse(time!)))) return undefined;
    return {
      kind: 'approval',
      statement,
      approvedAt,
      ...(scope === undefined ? {} : { scope }),
      ...(until === undefined ? {} : { until }),
    };
  },
  complaint: (predicate) =>
    approval.read((predicate ?? {}) as Readonly<Record<string, unknown>>, '') === undefined
      ? 'an approval has statement and approvedAt (and scope, until)'
      : undefined,
};

/** The predicate of an approval. */
export function approvalPredicate({ statement, scope, approvedAt, until }: Omit<ApprovalFacts, 'kind'>): object {
  return {
    statement,
    approvedAt,
    ...(scope === undefined ? {} : { scope }),
    ...(until === undefined ? {} : { until }),
  };
}
