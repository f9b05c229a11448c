import type { BaseStanding, ProvenanceFacts, ProvenanceImage, VerifiedAttestation } from '../../model/index.ts';
import { matchesAny } from '../pattern.ts';
import type { DoubtDraft, Rule } from '../rule.ts';
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
  readonly onlyEndorsed: boolean;
}

/** Signed provenance says that the image was built from where it should be. */
export const provenanceFrom: Rule<Settings> = {
  name: 'provenance-from',
  summary:
    'Signed provenance says that the image was built from an allowed source, by an allowed builder, on an allowed base.',
  explanation:
    'Provenance (SLSA) ties an image to the revision that it was built from. It counts where a builder of the trust root ' +
    'signed it; what BuildKit leaves beside an image unsigned does not. Where provenance does not say which of the images that ' +
    'the build took in is the base, all of them must be allowed. One attestation that fits is enough. onlyEndorsed asks that ' +
    'somebody stands behind the base: by the catalogue (--bases), the trust root, or an endorsement signed beside the base.',
  needs: [],
  defaults: { missing: 'cannot-tell', sources: [], builders: [], bases: [], allowDirty: false, onlyEndorsed: false },
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
    onlyEndorsed: z.boolean().describe('Ask that the base is endorsed. Default false.'),
  }),
  check(_record, settings, facts) {
    const looked = evidenceOr(facts, settings, 'what it was built from');
    if ('answer' in looked) return looked.answer;
    const found = attestationsOf(looked.evidence, 'provenance');
    const answers = found.map((each) => objection(each, settings) ?? standing(each, settings, looked.evidence.bases));
    if (answers.some((each) => each === undefined)) return { violations: [] };
    const doubt = answers.find((each) => typeof each === 'object' && 'mend' in each);
    if (doubt !== undefined) return { violations: [], doubts: [doubt as DoubtDraft] };
    const first = answers[0] ?? 'no builder says what it was built from';
    const what = typeof first === 'string' ? first : first.what;
    const demanded = `the policy demands provenance${found.length === 0 ? refusedText(looked.evidence) : ''}`;
    const mend = 'build it from an allowed source on an enrolled builder: plimsoll provenance says more';
    const why = typeof first === 'object' && 'why' in first ? first.why : demanded;
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
  const all = basesIn(images);
  if (all.length === 0) return 'its provenance names no base';
  const strange = all.find((image) => !matches(image, bases));
  return strange === undefined ? undefined : `built on ${strange.reference}`;
}

/** Where the builder does not say which image the last stage stands on, every image that it took in counts. */
function basesIn(images: readonly ProvenanceImage[]): readonly ProvenanceImage[] {
  const named = images.filter(({ isBase }) => isBase);
  return named.length > 0 ? named : images;
}

interface Unendorsed {
  readonly what: string;
  readonly why: string;
}

/** Why nobody stands behind a base, or why that can't be told. */
function standing(
  { facts }: { readonly facts: ProvenanceFacts },
  { onlyEndorsed }: Settings,
  standings: readonly BaseStanding[] | undefined,
): string | Unendorsed | DoubtDraft | undefined {
  if (!onlyEndorsed) return undefined;
  const mend = 'scan with --bases FOLDER, or name the roles that endorse in the trust root (endorsers)';
  if (standings === undefined) return { what: 'whether its base is endorsed: nobody was asked', mend };
  const bases = basesIn(facts.images);
  if (bases.length === 0) return 'its provenance names no base';
  let doubt: DoubtDraft | undefined;
  for (const { reference, digest } of bases) {
    const known = standings.find((each) => each.reference === reference && each.digest === digest);
    if (known?.result === 'endorsed') continue;
    const why = known?.what ?? 'nobody stands behind it';
    if (known?.result !== 'cannot-tell') return { what: `built on ${reference}`, why };
    doubt ??= { what: `whether its base ${reference} is endorsed: ${why}`, mend };
  }
  return doubt;
}

function matches({ reference, digest }: ProvenanceImage, patterns: readonly string[]): boolean {
  const names = [reference, reference.split('@', 1)[0]!, digest];
  return names.some((name) => name !== undefined && matchesAny(patterns, name));
}
