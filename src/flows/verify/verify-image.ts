import {
  findSubject,
  openRepository,
  parseReference,
  type RepositoryOptions,
  type Subject,
} from '../../image/index.ts';
import type { Verification } from '../../model/index.ts';
import {
  type Claim,
  claimsOf,
  examine,
  type Examined,
  type ExaminedImage,
  type TrustRoot,
  verificationOf,
} from '../../trust/index.ts';
import { type AskCatalogue, withBaseStandings } from './base-standing.ts';
import { type ClaimKind, type EvidencePlace, inRegistries, type OpenPlace } from './evidence-place.ts';
import type { Wanted } from './gather-claims.ts';
import { unsignedProvenance } from './unsigned-provenance.ts';

export interface VerifyOptions extends Omit<VerifyAtOptions, 'open'> {
  readonly platform?: string;
  readonly registry: RepositoryOptions;
}

export interface VerifyAtOptions {
  readonly root: TrustRoot;
  readonly now: Date;
  /** Which steps beyond the signature are asked. Default both. */
  readonly asked?: { readonly provenance: boolean; readonly verdict: boolean };
  /** The organisation's catalogue of bases. */
  readonly catalogue?: AskCatalogue;
  /** Certificates need no entry in a transparency log, or no proof of a certificate log. */
  readonly ignore?: { readonly transparencyLog?: boolean; readonly certificateLog?: boolean };
  /** Where what vouches for image and bases is looked for. */
  readonly open: OpenPlace;
}

const provenanceType = /^https:\/\/slsa\.dev\/provenance\//;
const verdictType = /^https:\/\/slsa\.dev\/verification_summary\//;

/**
 * Verifies an image of a registry: signature, whose it is, what it is about, what it was built from, how it was judged.
 * Asks the registry no more than it must: cosign's older tags only where bundles do not answer.
 * @throws CodedError where the registry can't be asked or has no such image.
 */
export async function verifyImage(name: string, options: VerifyOptions): Promise<Verification> {
  const reference = parseReference(name.replace(/^registry:/, ''));
  const repository = openRepository(reference, options.registry);
  try {
    const subject = await findSubject(repository, reference, options.platform);
    return await verifySubject(
      {
        name,
        reference,
        subject,
        hasUnsigned: async () => (await unsignedProvenance(repository, subject.attestations)).length > 0,
      },
      { ...options, open: inRegistries(options.registry) },
    );
  } finally {
    repository.close();
  }
}

/** An image that was found, and how to tell whether anything unsigned lies beside it. */
export interface FoundImage {
  readonly name: string;
  readonly reference: Parameters<OpenPlace>[0];
  readonly subject: Subject;
  hasUnsigned(): Promise<boolean>;
}

/** Verifies an image that was found, wherever what vouches for it lies. */
export async function verifySubject(image: FoundImage, options: VerifyAtOptions): Promise<Verification> {
  const { subject } = image;
  const asked = options.asked ?? { provenance: true, verdict: true };
  const wanted: Wanted = (type) =>
    (asked.provenance && provenanceType.test(type)) || (asked.verdict && verdictType.test(type));
  const place = options.open(image.reference, wanted);
  try {
    const examined = await examineImage(place, subject, {
      isEnough: ({ evidence }, stage) =>
        stage === 'signatures'
          ? evidence.signatures.length > 0
          : (!asked.provenance || evidence.attestations.some(({ facts }) => facts.kind === 'provenance')) &&
            (!asked.verdict || evidence.attestations.some(({ facts }) => facts.kind === 'verdict')),
      options,
    });
    const isBare =
      asked.provenance && !examined.attempts.some(({ predicateType }) => provenanceType.test(predicateType ?? ''));
    const hasUnsignedProvenance = isBare && (await image.hasUnsigned());
    const evidence = asked.provenance ? await withBaseStandings(examined.evidence, options) : examined.evidence;
    return verificationOf({ ...examined, evidence }, imageOf(place, subject), {
      name: image.name,
      root: options.root,
      now: options.now,
      asked,
      hasUnsignedProvenance,
    });
  } finally {
    place.close();
  }
}

interface ExamineImageOptions {
  /** Whether what was found makes looking at cosign's older tags needless. */
  isEnough(examined: Examined, stage: 'signatures' | 'attestations'): boolean;
  readonly options: Pick<VerifyAtOptions, 'root' | 'now' | 'ignore'>;
}

/** Finds and examines what vouches for an image: bundles first, then the tags of older cosigns. */
export async function examineImage(
  place: EvidencePlace,
  subject: Subject,
  { isEnough, options }: ExamineImageOptions,
): Promise<Examined> {
  const image = imageOf(place, subject);
  const subjects = subject.index === undefined ? [subject.digest] : [subject.digest, subject.index];
  const { root, now, ignore } = options;
  const settings = {
    root,
    now,
    ...(ignore?.transparencyLog === true ? { withoutLogAt: now } : {}),
    ...(ignore?.certificateLog === true ? { withoutCertificateLog: true } : {}),
  };
  const claims: Claim[] = [];
  const add = async (kind: ClaimKind): Promise<Examined> => {
    for (const digest of subjects) claims.push(...(await place.find(kind, digest)).flatMap(claimsOf));
    return examine(claims, image, settings);
  };
  let examined = await add('bundles');
  if (!isEnough(examined, 'signatures')) examined = await add('tagged-signatures');
  if (!isEnough(examined, 'attestations')) examined = await add('tagged-attestations');
  return examined;
}

function imageOf({ label }: EvidencePlace, subject: Subject): ExaminedImage {
  return {
    repository: label,
    digest: subject.digest,
    ...(subject.index === undefined ? {} : { index: subject.index }),
    listed: subject.listed.map(({ digest }) => digest),
  };
}
