import {
  findSubject,
  openRepository,
  parseReference,
  type Repository,
  type RepositoryOptions,
  type Subject,
} from '../../image/index.ts';
import type { Verification } from '../../model/index.ts';
import {
  type Claim,
  examine,
  type Examined,
  type ExaminedImage,
  type TrustRoot,
  verificationOf,
} from '../../trust/index.ts';
import { type AskCatalogue, withBaseStandings } from './base-standing.ts';
import { bundleClaims, openSearch, taggedAttestations, taggedSignatures, type Wanted } from './gather-claims.ts';
import { unsignedProvenance } from './unsigned-provenance.ts';

export interface VerifyOptions {
  readonly root: TrustRoot;
  readonly now: Date;
  readonly platform?: string;
  /** Which steps beyond the signature are asked. Default both. */
  readonly asked?: { readonly provenance: boolean; readonly verdict: boolean };
  /** The organisation's catalogue of bases. */
  readonly catalogue?: AskCatalogue;
  /** Certificates need no entry in a transparency log, or no proof of a certificate log. */
  readonly ignore?: { readonly transparencyLog?: boolean; readonly certificateLog?: boolean };
  readonly registry: RepositoryOptions;
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
    const asked = options.asked ?? { provenance: true, verdict: true };
    const wanted: Wanted = (type) =>
      (asked.provenance && provenanceType.test(type)) || (asked.verdict && verdictType.test(type));
    const examined = await examineImage(repository, subject, {
      wanted,
      isEnough: ({ evidence }, stage) =>
        stage === 'signatures'
          ? evidence.signatures.length > 0
          : (!asked.provenance || evidence.attestations.some(({ facts }) => facts.kind === 'provenance')) &&
            (!asked.verdict || evidence.attestations.some(({ facts }) => facts.kind === 'verdict')),
      options,
    });
    const isBare =
      asked.provenance && !examined.attempts.some(({ predicateType }) => provenanceType.test(predicateType ?? ''));
    const unsigned = isBare ? await unsignedProvenance(repository, subject.attestations) : [];
    const evidence = asked.provenance ? await withBaseStandings(examined.evidence, options) : examined.evidence;
    return verificationOf({ ...examined, evidence }, imageOf(repository, subject), {
      name,
      root: options.root,
      now: options.now,
      asked,
      hasUnsignedProvenance: unsigned.length > 0,
    });
  } finally {
    repository.close();
  }
}

interface ExamineImageOptions {
  readonly wanted: Wanted;
  /** Whether what was found makes looking at cosign's older tags needless. */
  isEnough(examined: Examined, stage: 'signatures' | 'attestations'): boolean;
  readonly options: Pick<VerifyOptions, 'root' | 'now' | 'ignore'>;
}

/** Finds and examines what vouches for an image: bundles first, then the tags of older cosigns. */
export async function examineImage(
  repository: Repository,
  subject: Subject,
  { wanted, isEnough, options }: ExamineImageOptions,
): Promise<Examined> {
  const image = imageOf(repository, subject);
  const subjects = subject.index === undefined ? [subject.digest] : [subject.digest, subject.index];
  const { root, now, ignore } = options;
  const settings = {
    root,
    now,
    ...(ignore?.transparencyLog === true ? { withoutLogAt: now } : {}),
    ...(ignore?.certificateLog === true ? { withoutCertificateLog: true } : {}),
  };
  const search = openSearch(repository, wanted);
  const claims: Claim[] = [];
  const add = async (find: (digest: Subject['digest']) => Promise<Claim[]>): Promise<Examined> => {
    for (const digest of subjects) claims.push(...(await find(digest)));
    return examine(claims, image, settings);
  };
  let examined = await add((digest) => bundleClaims(search, digest));
  if (!isEnough(examined, 'signatures')) examined = await add((digest) => taggedSignatures(search, digest));
  if (!isEnough(examined, 'attestations')) examined = await add((digest) => taggedAttestations(search, digest));
  return examined;
}

function imageOf(repository: Repository, subject: Subject): ExaminedImage {
  return {
    repository: repository.label,
    digest: subject.digest,
    ...(subject.index === undefined ? {} : { index: subject.index }),
    listed: subject.listed.map(({ digest }) => digest),
  };
}
