/**
 * Keys, signatures, envelopes, attestations and a trust root become the answer who vouches for an image, and what they
 * say of it; and what we have to say becomes something signed. Never asks a network or a clock: bytes and time come in.
 */
export { authenticate, type Authenticated, type Authorities, envelopeOf } from './bundle/authenticate.ts';
export { type Claim, isReadable } from './bundle/claim.ts';
export { claimOfSignatureLayer, claimsOfAttestationLayer, cosignSignature } from './bundle/cosign-layer.ts';
export { bundleType, signMessage, signStatement } from './bundle/make-bundle.ts';
export { claimsOf, type RawClaim } from './bundle/raw-claim.ts';
export { bundleLimitBytes, isBundleType, readBundle } from './bundle/read-bundle.ts';
export { parseSigstoreRoot, type SigstoreRoot } from './bundle/trusted-root.ts';
export { inTotoType, preAuthEncoding } from './envelope/dsse.ts';
export { simplePayload, simpleSigningType } from './envelope/simple-signing.ts';
export { parseStatement, type Statement, statementBytes } from './envelope/statement.ts';
export { generateKeys } from './keys/generate-keys.ts';
export { isSignedBy, parsePublicKey, type PublicKey } from './keys/public-key.ts';
export { approvalPredicate } from './predicates/approval.ts';
export { endorsement as endorsementKind } from './predicates/endorsement.ts';
export { factsOf, predicateKind, predicateKinds } from './predicates/list.ts';
export type { PredicateKind } from './predicates/predicate.ts';
export { verdictPredicate } from './predicates/verdict.ts';
export { vulnerabilityPredicate } from './predicates/vulnerabilities.ts';
export { isRefusal, mendOf, type Refusal, refusal, type RefusalCode } from './refusal.ts';
export { refusalMends } from './refusals.table.ts';
export { enrol, type Enrolment, newTrustRoot, revoke } from './root/edit-trust-root.ts';
export { enrolledSigner } from './root/enrolled.ts';
export { nextTrustMoment } from './root/moments.ts';
export { parseTrustRoot } from './root/read-trust-root.ts';
export type { Builder, EnrolledIdentity, EnrolledKey, Person, Term, TrustRoot } from './root/trust-root.ts';
export { openSigner, signerKinds } from './signers/list.ts';
export { readKeyFile } from './signers/key-file.ts';
export { passphraseIn, type Signer, type SignerOptions } from './signers/signer.ts';
export { examine, type Examined, type ExaminedImage, signPredicateType } from './verification/examine.ts';
export { asksForBase, endorsementObjection, hasEndorser, isNamedBase } from './verification/endorsement.ts';
export { basesIn } from './verification/provenance-step.ts';
export { verificationOf } from './verification/steps.ts';
