import { matchesAny, matchesPattern } from '../../formats/pattern.ts';
import type { EvidenceSigner } from '../../model/index.ts';
import type { Authenticated } from '../bundle/authenticate.ts';
import { isRefusal, type Refusal, refusal } from '../refusal.ts';
import { endOf } from './moments.ts';
import type { Builder, EnrolledIdentity, EnrolledKey, Person, Term, TrustRoot } from './trust-root.ts';

export type Enrolled =
  | { readonly kind: 'builder'; readonly builder: Builder; readonly signer: EvidenceSigner }
  | { readonly kind: 'person'; readonly person: Person; readonly signer: EvidenceSigner };

/** Where something was signed for, and as what. */
export interface EnrolledQuestion {
  /** `registry/repository` */
  readonly repository: string;
  readonly role: 'builder' | 'person';
  readonly now: Date;
}

/**
 * Who of the trust root signed, if they may for this repository at that time. Time is what a log or time stamp proves;
 * without such proof it is now, since nothing else rules out that it was signed a moment ago.
 */
export function enrolledSigner(who: Authenticated, root: TrustRoot, question: EnrolledQuestion): Enrolled | Refusal {
  let first: Refusal | undefined;
  // Patterns of log-ins may overlap: one entry that allows it is enough.
  for (const found of findAll(who, root)) {
    const answer = allowed(found, who, question);
    if (!isRefusal(answer)) return answer;
    first ??= answer;
  }
  if (first !== undefined) return first;
  const name = who.by === 'key' ? `key ${who.key.id.slice(0, 19)}` : `${who.subject} (${who.issuer})`;
  return refusal('unknown-signer', `${name} signed it, whom trust root ${root.name} does not name`);
}

function allowed(found: Found, who: Authenticated, question: EnrolledQuestion): Enrolled | Refusal {
  const { entry, term } = found;
  const { name, repositories } = entry;
  if (question.role !== found.kind)
    return question.role === 'builder'
      ? refusal('not-a-builder', `${name} signed it, who may approve but is no builder`)
      : refusal('not-an-approver', `${name} signed it, which is a builder and may not approve`);
  if (!matchesAny(repositories, question.repository)) {
    const code = question.role === 'builder' ? 'wrong-repository' : 'not-an-approver';
    return refusal(code, `${name} may sign for ${repositories.slice(0, 5).join(', ')}, not for ${question.repository}`);
  }
  const outside = outsideTerm(term, who.provenAt, question.now, name);
  if (outside !== undefined) return outside;
  const signer: EvidenceSigner = {
    kind: found.kind,
    name,
    ...(who.by === 'key' ? { keyId: who.key.id } : { identity: { issuer: who.issuer, subject: who.subject } }),
    ...(found.kind === 'person' ? { roles: found.entry.roles } : {}),
  };
  return found.kind === 'builder'
    ? { kind: 'builder', builder: found.entry, signer }
    : { kind: 'person', person: found.entry, signer };
}

type Found = { readonly term: Term } & (
  { readonly kind: 'builder'; readonly entry: Builder } | { readonly kind: 'person'; readonly entry: Person }
);

function* findAll(who: Authenticated, { builders, people }: TrustRoot): Generator<Found> {
  for (const entry of builders) {
    const term = termIn(who, entry);
    if (term !== undefined) yield { kind: 'builder', entry, term };
  }
  for (const entry of people) {
    const term = termIn(who, entry);
    if (term !== undefined) yield { kind: 'person', entry, term };
  }
}

function termIn(
  who: Authenticated,
  { keys, identities }: { keys: readonly EnrolledKey[]; identities: readonly EnrolledIdentity[] },
): Term | undefined {
  return who.by === 'key'
    ? keys.find(({ key }) => key.id === who.key.id)
    : identities.find(
        ({ issuer, subject, matches }) =>
          matches?.(who) ?? (issuer === who.issuer && matchesPattern(subject, who.subject)),
      );
}

function outsideTerm({ from, until, revoked }: Term, provenAt: Date | undefined, now: Date, name: string) {
  const at = provenAt ?? now;
  const when = provenAt === undefined ? 'nothing proves that it was signed before' : `it was signed at ${told(at)}`;
  if (revoked !== undefined && at.getTime() >= Date.parse(revoked.at)) {
    const reason = revoked.reason === undefined ? '' : ` (${revoked.reason})`;
    return refusal('key-revoked', `${name}'s key was revoked as of ${told(revoked.at)}${reason}; ${when}`);
  }
  if (until !== undefined && at.getTime() >= endOf(until))
    return refusal('key-expired', `${name}'s key counted until ${told(until)}; ${when}`);
  if (from !== undefined && at.getTime() < Date.parse(from))
    return refusal('key-not-yet-valid', `${name}'s key counts from ${told(from)}; it was signed at ${told(at)}`);
  return undefined;
}

function told(time: Date | string): string {
  return typeof time === 'string' ? time : time.toISOString().replace('.000Z', 'Z');
}
