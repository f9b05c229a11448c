import type { ProvenanceFacts, ProvenanceImage, VerifiedAttestation } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import type { Rule } from '../rule.ts';
import {
  attestationsOf,
  evidenceOr,
  missingSetting,
  refusedText,
  vouchingDraft,
  type VouchingSettings,
} from '../vouching.ts';

interface Settings extends VouchingSettings {
  readonly sources: readonly string[];
  readonly builders: readonly string[];
  readonly bases: readonly string[];
  readonly allowDirty: boolean;
}

/** Signed provenance says that the image was built from where it should be. */
export const provenanceFrom: Rule<Settings> = {
  name: 'provenance-from',
  summary:
    'Signed provenance says that the image was built from an allowed source, by an allowed builder, on an allowed base.',
  explanation:
    'Provenance (SLSA) ties an image to the revision that it was built from. It counts where a builder of the trust root ' +
    'signed it; what BuildKit leaves beside an image unsigned does not. Where provenance does not say which of the images that ' +
    'the build took in is the base, all of them must be allowed. One attestation that fits is enough.',
  needs: [],
  defaults: { missing: 'cannot-tell', sources: [], builders: [], bases: [], allowDirty: false },
  settings: (z) => ({
    missing: missingSetting(z),
    sources: z
      .array(z.string().max(1000))
      .describe('Patterns on repositories (https://git.example.com/shop/**); empty: any that is named. Default empty.'),
    builders: z
      .array(z.string().max(1000))
      .describe('Patterns on the builder’s id in the provenance; empty: any. Default empty.'),
    bases: z.array(z.string().max(1000)).describe('Patterns on base references or digests; empty: any. Default empty.'),
    allowDirty: z.boolean().describe('Accept changes that are in no revision. Default false.'),
  }),
  check(_record, settings, facts) {
    const looked = evidenceOr(facts, settings, 'what it was built from');
    if ('answer' in looked) return looked.answer;
    const found = attestationsOf(looked.evidence, 'provenance');
    const objections = found.map((each) => objection(each, settings));
    if (objections.some((each) => each === undefined)) return { violations: [] };
    const what = objections[0] ?? 'no builder says what it was built from';
    const why = `the policy demands provenance${found.length === 0 ? refusedText(looked.evidence) : ''}`;
    const mend = 'build it from an allowed source on an enrolled builder: plimsoll provenance says more';
    return { violations: [vouchingDraft('provenance', what, why, mend)] };
  },
};

function objection(
  { facts }: VerifiedAttestation & { readonly facts: ProvenanceFacts },
  { sources, builders, bases, allowDirty }: Settings,
): string | undefined {
  const { source, builderId, images, dirty } = facts;
  if (source === undefined) return 'its provenance names no source';
  if (sources.length > 0 && !matchesAny(sources, source.uri)) return `built from ${source.uri}`;
  if (builders.length > 0 && !matchesAny(builders, builderId ?? '')) return `built by ${builderId ?? 'nobody named'}`;
  if (dirty === true && !allowDirty) return `built from ${source.uri} with changes that are in no revision`;
  if (bases.length === 0) return undefined;
  const named = images.filter(({ isBase }) => isBase);
  const all = named.length > 0 ? named : images;
  if (all.length === 0) return 'its provenance names no base';
  const strange = all.find((image) => !matches(image, bases));
  return strange === undefined ? undefined : `built on ${strange.reference}`;
}

function matches({ reference, digest }: ProvenanceImage, patterns: readonly string[]): boolean {
  const names = [reference, reference.split('@', 1)[0]!, digest];
  return names.some((name) => name !== undefined && matchesAny(patterns, name));
}
