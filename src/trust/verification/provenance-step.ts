import { matchesAny, matchesPattern } from '../../formats/pattern.ts';
import type { ProvenanceFacts, ProvenanceImage, VerificationStep, VerifiedAttestation } from '../../model/index.ts';
import { mendOf, type Refusal, refusal } from '../refusal.ts';
import type { Builder, TrustRoot } from '../root/trust-root.ts';
import type { Attempt } from './examine.ts';

/** Whether a base is endorsed, where someone keeps a catalogue: undefined where they don't know it. */
export type IsEndorsed = (base: ProvenanceImage) => boolean | undefined;

export interface ProvenanceQuestion {
  readonly root: TrustRoot;
  readonly attempts: readonly Attempt[];
  /** Provenance without signature lies beside the image (BuildKit). */
  readonly hasUnsigned: boolean;
  readonly isEndorsed?: IsEndorsed;
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
    if (why === undefined) return { step: 'provenance', result: 'pass', what: told(facts) };
    first ??= why;
  }
  if (first !== undefined) return failing(first);
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
  const { builderId, source, dirty, images } = facts;
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
  if (root.bases.length === 0 && question.isEndorsed === undefined) return undefined;
  // Where the builder does not say which image the last stage stands on, every image that it took in counts.
  const named = images.filter(({ isBase }) => isBase);
  const bases = named.length > 0 ? named : images;
  if (bases.length === 0) return refusal('base-unknown', 'the provenance names no base image');
  const strange = bases.find((base) => !isEndorsed(base, question));
  return strange === undefined
    ? undefined
    : refusal('base-not-endorsed', `it stands on ${strange.reference}, which is no endorsed base`);
}

function isEndorsed(base: ProvenanceImage, { root, isEndorsed: known }: ProvenanceQuestion): boolean {
  const answer = known?.(base);
  if (answer !== undefined) return answer;
  const bare = base.reference.split('@', 1)[0]!;
  return [base.reference, bare, base.digest].some((name) => name !== undefined && matchesAny(root.bases, name));
}

function told({ source, images }: ProvenanceFacts): string {
  const revision = source?.revision === undefined ? '' : ` at ${source.revision.slice(0, 12)}`;
  const from =
    source === undefined ? 'built from a source that it does not name' : `built from ${source.uri}${revision}`;
  const base = images.find(({ isBase }) => isBase) ?? images[0];
  return base === undefined ? from : `${from} on ${base.reference}`;
}

function failing({ code, what }: Refusal): VerificationStep {
  return { step: 'provenance', result: 'fail', code, what, mend: mendOf(code) };
}

function unknown(code: Refusal['code'], what: string): VerificationStep {
  return { step: 'provenance', result: 'cannot-tell', code, what, mend: mendOf(code) };
}
