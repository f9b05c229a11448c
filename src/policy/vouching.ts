import type { TrustEvidence, VerifiedAttestation } from '../model/index.ts';
import type { Draft, RuleFacts, RuleResult, Zod } from './rule.ts';

/** What a rule on signatures and attestations does where nobody looked for any. */
export interface VouchingSettings {
  readonly missing: 'cannot-tell' | 'fail';
}

/** The setting that every such rule has. */
export function missingSetting(z: Zod) {
  return z
    .enum(['cannot-tell', 'fail'])
    .describe(
      'What it is where nobody looked for signatures (no --trust-root): cannot-tell or fail. Default cannot-tell.',
    );
}

/**
 * What vouches for the image, or what to answer where nobody looked. Where someone looked and found nothing, that is an
 * answer: the rule is broken.
 */
export function evidenceOr(
  { context }: RuleFacts,
  { missing }: VouchingSettings,
  what: string,
): { readonly evidence: TrustEvidence } | { readonly answer: RuleResult } {
  if (context.evidence !== undefined) return { evidence: context.evidence };
  const mend = 'scan the image in its registry with --trust-root FILE';
  if (missing === 'cannot-tell')
    return { answer: { violations: [], doubts: [{ what: `${what}: nobody looked`, mend }] } };
  return {
    answer: { violations: [vouchingDraft('unlooked', `${what}: nobody looked`, 'the policy demands it', mend)] },
  };
}

/** Attestations of one kind. */
export function attestationsOf<Kind extends VerifiedAttestation['facts']['kind']>(
  { attestations }: TrustEvidence,
  kind: Kind,
): readonly (VerifiedAttestation & { readonly facts: Extract<VerifiedAttestation['facts'], { kind: Kind }> })[] {
  return attestations.filter(
    (each): each is VerifiedAttestation & { facts: Extract<VerifiedAttestation['facts'], { kind: Kind }> } =>
      each.facts.kind === kind,
  );
}

/** A violation of such a rule: it is about the image as a whole. */
export function vouchingDraft(subject: string, what: string, why: string, mend: string): Draft {
  return { subject: `trust:${subject}`, severity: 'high', what, why, owner: 'image', mend };
}

/** The first reason for which something that was found does not count, as the end of a sentence. */
export function refusedText({ refused }: TrustEvidence): string {
  const first = refused[0];
  if (first === undefined) return '';
  return `; of what was found ${refused.length} ${refused.length === 1 ? 'does' : 'do'} not count: ${first.what} (${first.code})`;
}
