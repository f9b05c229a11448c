import type { AttestationFacts } from '../../model/index.ts';
import { CodedError } from '../../model/index.ts';
import type { Statement } from '../envelope/statement.ts';
import { approval } from './approval.ts';
import { custom } from './custom.ts';
import { cyclonedx } from './cyclonedx.ts';
import { endorsement } from './endorsement.ts';
import { openvex } from './openvex.ts';
import type { PredicateKind } from './predicate.ts';
import { sarif } from './sarif.ts';
import { slsaProvenance } from './slsa-provenance.ts';
import { slsaProvenance02 } from './slsa-provenance-02.ts';
import { spdx } from './spdx.ts';
import { verdict } from './verdict.ts';
import { vulnerabilities } from './vulnerabilities.ts';

/** Every kind of attestation that is known. */
export const predicateKinds: readonly PredicateKind[] = [
  slsaProvenance,
  slsaProvenance02,
  verdict,
  cyclonedx,
  spdx,
  vulnerabilities,
  sarif,
  approval,
  endorsement,
  openvex,
  custom,
];

/** The kind that a user names for `--type`; a URI of no known kind is one of its own. @throws CodedError `unknown-type`. */
export function predicateKind(name: string): PredicateKind {
  const known = predicateKinds.find(({ names, types }) => names.includes(name) || types.includes(name));
  if (known !== undefined) return known;
  if (/^https?:\/\/[\x21-\x7e]{1,1000}$/.test(name))
    return { names: [name], types: [name], summary: 'of another’s type', read: () => ({ kind: 'other' }) };
  throw new CodedError('unknown-type', `there is no type of attestation ${JSON.stringify(name.slice(0, 100))}`, {
    kind: 'usage',
    hint: `There are ${predicateKinds.map(({ names }) => names[0]).join(', ')}, or a URI`,
  });
}

/** What a statement says; undefined where it is not what its type says. */
export function factsOf({ predicateType, predicate }: Statement): AttestationFacts | undefined {
  const kind = predicateKinds.find(({ types }) => types.includes(predicateType));
  return kind === undefined ? { kind: 'other' } : kind.read(predicate, predicateType);
}
