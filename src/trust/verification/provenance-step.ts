import { matchesAny, matchesPattern } from '../../formats/pattern.ts';
import type {
  BaseStanding,
  ProvenanceFacts,
  ProvenanceImage,
  VerificationStep,
  VerifiedAttestation,
} from '../../model/index.ts';
import { mendOf, type Refusal, refusal } from '../refusal.ts';
import type { Builder, TrustRoot } from '../root/trust-root.ts';
import type { Attempt } from './examine.ts';

export interface ProvenanceQuestion {
  readonly root: TrustRoot;
  readonly attempts: readonly Attempt[];
  /** Provenance without signature lies beside the image (BuildKit). */
  readonly hasUnsigned: boolean;
  /** Who stands behind the bases that provenance names; absent where nobody asks. */
  readonly bases?: readonly BaseStanding[];
}

/** The images of provenance that a build may stand on: where the builder does not say which it is, all that it took in. */
export function basesIn({ images }: ProvenanceFacts): readonly ProvenanceImage[] {
  const named = images.filter(({ isBase }) => isBase);
  return named.length > 0 ? named : images;
}

/** Whether the provenance names a trusted source and an endorsed base. One that says so is enough. */
export function provenanceStep(
  attestations: readonly VerifiedAttestation[],
  question: ProvenanceQuestion,
): VerificationStep {
  let first: Refusal | undefined;
  for (const { facts, signer } of attestations) {
    if (facts.kind !== 'provenance') continue;
    const builder = question.root.builders.find(({ name }) => name === signer.name);
    const why = objection(facts, builder, question);
    if (why === undefined) return { step: 'provenance', result: 'pass', what: told(facts, question) };
    first ??= why;
  }
  if (first !== undefined) return first.code === 'base-unreachable' ? unknown(first.code, first.what) : failing(first);
  const refused = question.attempts.find(
    ({ predicateType, refusal: why }) =>
      why !== undefined && predicateType?.startsWith('https://slsa.dev/provenance/') === true,
  );
  if (refused?.refusal !== undefined) return failing(refused.refusal);
  return question.hasUnsigned
    ? unknown('provenance-unsigned', 'the builder left provenance beside the image, but nobody signed it')
    : unknown('provenance-missing', 'nothing says what it was built from');
}

function objection(facts: ProvenanceFacts, builder: Builder | undefined, question: ProvenanceQuestion) {
  const { root } = question;
  const { builderId, source, dirty } = facts;
  if (builder?.builderId !== undefined && !matchesPattern(builder.builderId, builderId ?? ''))
    return refusal(
      'builder-mismatch',
      `${builder.name} signed it, but it says it was built by ${builderId ?? 'nobody'}`,
    );
  const sources = builder?.sources ?? root.sources;
  if (sources.length > 0 && source === undefined) return refusal('source-missing', 'the provenance names no source');
  if (sources.length > 0 && source !== undefined && !matchesAny(sources, source.uri))
    return refusal('source-untrusted', `it was built from ${source.uri}, which is no trusted source`);
  if (dirty === true) return refusal('source-dirty', 'it was built from files that are in no revision');
  return question.bases === undefined ? undefined : baseObjection(facts, question.bases);
}

function baseObjection(facts: ProvenanceFacts, standings: readonly BaseStanding[]): Refusal | undefined {
  const bases = basesIn(facts);
  if (bases.length === 0) return refusal('base-unknown', 'the provenance names no base image');
  let doubt: Refusal | undefined;
  for (const base of bases) {
    const standing = standingOf(base, standings);
    if (standing?.result === 'endorsed') continue;
    const why = standing === undefined ? 'nobody stands behind it' : standing.what;
    const found = refusal(standing?.code ?? 'base-not-endorsed', `it stands on ${base.reference}: ${why}`);
    if (standing?.result !== 'cannot-tell') return found;
    doubt ??= found;
  }
  return doubt;
}

function standingOf({ reference, digest }: ProvenanceImage, standings: readonly BaseStanding[]) {
  return standings.find((each) => each.reference === reference && each.digest === digest);
}

function told(facts: ProvenanceFacts, { bases = [] }: ProvenanceQuestion): string {
  const { source, images } = facts;
  const revision = source?.revision === undefined ? '' : ` at ${source.revision.slice(0, 12)}`;
  const from =
    source === undefined ? 'built from a source that it does not name' : `built from ${source.uri}${revision}`;
  const base = images.find(({ isBase }) => isBase) ?? images[0];
  if (base === undefined) return from;
  const standing = standingOf(base, bases);
  return `${from} on ${base.reference}${standing === undefined ? '' : `: ${standing.what}`}`;
}

function failing({ code, what }: Refusal): VerificationStep {
  return { step: 'provenance', result: 'fail', code, what, mend: mendOf(code) };
}

function unknown(code: Refusal['code'], what: string): VerificationStep {
  return { step: 'provenance', result: 'cannot-tell', code, what, mend: mendOf(code) };
}
