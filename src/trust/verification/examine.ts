import type {
  Digest,
  EvidenceSigner,
  RefusedEvidence,
  TrustEvidence,
  VerifiedAttestation,
  VerifiedSignature,
} from '../../model/index.ts';
import { type Authenticated, authenticate, type Authorities, envelopeOf } from '../bundle/authenticate.ts';
import { type Claim, isReadable, type SignedClaim } from '../bundle/claim.ts';
import { inTotoType } from '../envelope/dsse.ts';
import { parseSimplePayload } from '../envelope/simple-signing.ts';
import { parseStatement, type Statement } from '../envelope/statement.ts';
import { factsOf } from '../predicates/list.ts';
import { isRefusal, type Refusal, refusal } from '../refusal.ts';
import { enrolledSigner } from '../root/enrolled.ts';
import type { TrustRoot } from '../root/trust-root.ts';

/** What cosign 3 signs: a statement that says nothing but which image. */
export const signPredicateType = 'https://sigstore.dev/cosign/sign/v1';

/** The image that claims should be about. */
export interface ExaminedImage {
  /** `registry/repository`, where it lies. */
  readonly repository: string;
  readonly digest: Digest;
  /** The index that lists it and through which it was found: what vouches for the index vouches for it. */
  readonly index?: Digest;
  /** Where the image is an index: what it lists. */
  readonly listed: readonly Digest[];
}

export interface ExamineOptions {
  readonly root: TrustRoot;
  readonly now: Date;
  readonly withoutLogAt?: Date;
  readonly withoutCertificateLog?: boolean;
}

/** How far a claim got: for saying at which step it was refused. */
export interface Attempt {
  readonly where: string;
  readonly step: 'signature' | 'identity' | 'subject' | 'done';
  readonly refusal?: Refusal;
  /** What it is, once it could be read. */
  readonly predicateType?: string;
  readonly signer?: EvidenceSigner;
}

export interface Examined {
  readonly evidence: TrustEvidence;
  readonly attempts: readonly Attempt[];
}

/** Verifies claims one by one: signature, whose it is, what it is about. What fails is kept with its reason. */
export function examine(claims: readonly Claim[], image: ExaminedImage, options: ExamineOptions): Examined {
  const { root } = options;
  const authorities: Authorities = {
    keys: [...root.builders, ...root.people].flatMap(({ keys }) => keys.map(({ key }) => key)),
    ...(root.sigstore === undefined ? {} : { sigstore: root.sigstore }),
    ...(options.withoutLogAt === undefined ? {} : { withoutLogAt: options.withoutLogAt }),
    ...(options.withoutCertificateLog === undefined ? {} : { withoutCertificateLog: options.withoutCertificateLog }),
  };
  const attempts: Attempt[] = [];
  const signatures: VerifiedSignature[] = [];
  const attestations: VerifiedAttestation[] = [];
  for (const claim of claims) {
    const outcome = examineOne(claim, image, { options, authorities });
    attempts.push(outcome.attempt);
    if (outcome.verified === undefined) continue;
    if ('facts' in outcome.verified) attestations.push(outcome.verified);
    else signatures.push(outcome.verified);
  }
  const refused = attempts.flatMap(({ where, refusal: why }): RefusedEvidence[] =>
    why === undefined ? [] : [{ code: why.code, where, what: why.what }],
  );
  return {
    evidence: {
      trustRoot: { name: root.name, digest: root.digest },
      repository: image.repository,
      signatures,
      attestations,
      refused,
    },
    attempts,
  };
}

interface Outcome {
  readonly attempt: Attempt;
  readonly verified?: VerifiedSignature | VerifiedAttestation;
}

function examineOne(
  claim: Claim,
  image: ExaminedImage,
  { options, authorities }: { readonly options: ExamineOptions; readonly authorities: Authorities },
): Outcome {
  const { where } = claim;
  if (!isReadable(claim)) return { attempt: { where, step: 'signature', refusal: claim.refusal } };
  const who = authenticate(claim, authorities);
  if (isRefusal(who)) return { attempt: { where, step: 'signature', refusal: who, ...typeOf(claim) } };
  const content = contentOf(claim);
  if (isRefusal(content)) return { attempt: { where, step: 'signature', refusal: content } };
  const { predicateType } = content;
  const named = predicateType === undefined ? {} : { predicateType };
  const facts = content.statement === undefined ? undefined : factsOf(content.statement);
  if (content.statement !== undefined && facts === undefined) {
    const what = `it is not what its type says (${predicateType ?? ''})`;
    return { attempt: { where, step: 'signature', refusal: refusal('unreadable', what), ...named } };
  }
  const role = facts?.kind === 'approval' || facts?.kind === 'endorsement' ? 'person' : 'builder';
  const { repository } = image;
  const enrolled = enrolledSigner(who, options.root, { repository, role, now: options.now });
  if (isRefusal(enrolled)) return { attempt: { where, step: 'identity', refusal: enrolled, ...named } };
  const subject = subjectIn(content.digests, image);
  const { signer } = enrolled;
  if (isRefusal(subject)) return { attempt: { where, step: 'subject', refusal: subject, signer, ...named } };
  const signature: VerifiedSignature = { signer, subject, ...provenTime(who) };
  return {
    attempt: { where, step: 'done', signer, ...named },
    verified: facts === undefined ? signature : { ...signature, predicateType: predicateType!, facts },
  };
}

interface Content {
  readonly digests: readonly Digest[];
  /** Absent for signatures of images. */
  readonly predicateType?: string;
  readonly statement?: Statement;
}

function contentOf(claim: SignedClaim): Content | Refusal {
  const envelope = envelopeOf(claim.bundle);
  if (envelope === undefined) {
    const payload = parseSimplePayload(claim.message ?? Buffer.alloc(0));
    return isRefusal(payload) ? payload : { digests: [payload.digest] };
  }
  if (envelope.payloadType !== inTotoType)
    return refusal('other-type', `its envelope holds ${envelope.payloadType.slice(0, 100)}, no in-toto statement`);
  const statement = parseStatement(envelope.payload);
  if (isRefusal(statement)) return statement;
  const digests = statement.subjects.flatMap((subject) => subject.digests);
  const { predicateType } = statement;
  return predicateType === signPredicateType ? { digests } : { digests, predicateType, statement };
}

/** The type that an unverified claim gives itself: only to tell people what was refused. */
function typeOf({ bundle }: SignedClaim): { readonly predicateType?: string } {
  const envelope = envelopeOf(bundle);
  if (envelope === undefined || envelope.payload.length > 1 << 20) return {};
  const statement = parseStatement(envelope.payload);
  return isRefusal(statement) || statement.predicateType === signPredicateType
    ? {}
    : { predicateType: statement.predicateType };
}

function subjectIn(digests: readonly Digest[], { digest, index, listed }: ExaminedImage): Digest | Refusal {
  if (digests.includes(digest)) return digest;
  if (index !== undefined && digests.includes(index)) return index;
  const other = digests[0];
  if (other === undefined) return refusal('other-digest', 'it is about nothing that has a SHA-256 digest');
  return digests.some((each) => listed.includes(each))
    ? refusal('platform-only', `it is about ${short(other)}, one platform of the index ${short(digest)}`)
    : refusal('other-digest', `it is about ${short(other)}, not about ${short(digest)}`);
}

function provenTime({ provenAt }: Authenticated): { readonly provenAt?: string } {
  return provenAt === undefined ? {} : { provenAt: provenAt.toISOString() };
}

function short(digest: Digest): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
