import type { Digest } from './digest.ts';

/**
 * What is known of who vouches for an image: signatures and attestations that were verified against a trust root before a
 * judge sees them. Stands beside the record, not in it: it changes while the image does not.
 */
export interface TrustEvidence {
  /** The trust root that it was verified against: its name, and the digest of the file. */
  readonly trustRoot: { readonly name: string; readonly digest: Digest };
  /** `registry.example.com/team/app`: where image and evidence lie. */
  readonly repository: string;
  readonly signatures: readonly VerifiedSignature[];
  readonly attestations: readonly VerifiedAttestation[];
  /** What was found and does not count, and why. */
  readonly refused: readonly RefusedEvidence[];
  /** The bases that provenance names, and who stands behind them; absent where nobody asked. */
  readonly bases?: readonly BaseStanding[];
}

/** Whether a base image that provenance names is endorsed. */
export interface BaseStanding {
  /** As provenance names it. */
  readonly reference: string;
  readonly digest?: Digest;
  readonly result: 'endorsed' | 'refused' | 'cannot-tell';
  /** Why not: `base-retired`, `base-not-endorsed`, `base-unreachable`. */
  readonly code?: 'base-retired' | 'base-not-endorsed' | 'base-unreachable';
  /** Who stands behind it, or why it does not count: the end of a sentence. */
  readonly what: string;
}

/** A builder or person that the trust root names. */
export interface EvidenceSigner {
  readonly kind: 'builder' | 'person';
  readonly name: string;
  /** `sha256:…` over the public key (DER), where a key signed. */
  readonly keyId?: string;
  /** Who logged in, where Sigstore vouches for a log-in. */
  readonly identity?: { readonly issuer: string; readonly subject: string };
  /** Roles that the trust root gives a person. */
  readonly roles?: readonly string[];
}

export interface VerifiedSignature {
  readonly signer: EvidenceSigner;
  /** The digest that was signed: the image's own, or that of the index that lists it. */
  readonly subject: Digest;
  /** RFC 3339: when it existed, where a log or a time stamp proves that. */
  readonly provenAt?: string;
}

export interface VerifiedAttestation extends VerifiedSignature {
  readonly predicateType: string;
  readonly facts: AttestationFacts;
}

export interface RefusedEvidence {
  /** Stable: `other-digest`, `key-revoked`, … (docs/howto/sign-and-verify.md). */
  readonly code: string;
  /** Where it lies: `bundle sha256:…`, `tag sha256-….sig`. */
  readonly where: string;
  /** Why it does not count, one line. */
  readonly what: string;
}

/** What an attestation says, by kind. */
export type AttestationFacts =
  | ProvenanceFacts
  | VerdictFacts
  | AnalysisFacts
  | ApprovalFacts
  | EndorsementFacts
  | VulnerabilityFacts
  | { readonly kind: 'sbom'; readonly format: 'cyclonedx' | 'spdx'; readonly packages: number }
  | { readonly kind: 'other' };

/** SLSA provenance: what built it, from what (slsa.dev/provenance v0.2 and v1). */
export interface ProvenanceFacts {
  readonly kind: 'provenance';
  readonly builderId?: string;
  readonly buildType?: string;
  readonly source?: { readonly uri: string; readonly revision?: string };
  /** Images that the build took in, as references with digests. */
  readonly images: readonly ProvenanceImage[];
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly invocationId?: string;
  /** The builder says that the sources were not exactly the revision's. */
  readonly dirty?: boolean;
}

export interface ProvenanceImage {
  /** `debian:12`, `registry.example.com/base/java@sha256:…` */
  readonly reference: string;
  readonly digest?: Digest;
  /** The image that the last stage stands on, where the provenance says so. */
  readonly isBase: boolean;
}

/** A verdict as SLSA verification summary (slsa.dev/verification_summary v1). */
export interface VerdictFacts {
  readonly kind: 'verdict';
  readonly result: 'pass' | 'fail' | 'cannot-tell';
  readonly policy: string;
  readonly policyDigest?: string;
  readonly scope?: string;
  /** RFC 3339 */
  readonly judgedAt: string;
  readonly resource: string;
  readonly verifier: string;
}

/** Results of code analysis or tests (SARIF 2.1.0). */
export interface AnalysisFacts {
  readonly kind: 'analysis';
  readonly tools: readonly string[];
  readonly results: { readonly error: number; readonly warning: number; readonly note: number };
  /** RFC 3339: when the last run ended, where it says. */
  readonly ranAt?: string;
}

/** A person says that an image may go somewhere. */
export interface ApprovalFacts {
  readonly kind: 'approval';
  readonly statement: string;
  /** Where it may run; absent: anywhere. */
  readonly scope?: string;
  /** RFC 3339 */
  readonly approvedAt: string;
  readonly until?: string;
}

/** A person stands behind a base image. */
export interface EndorsementFacts {
  readonly kind: 'endorsement';
  /** The base's name in the catalogue. */
  readonly base: string;
  readonly by: string;
  readonly role: string;
  /** RFC 3339 */
  readonly endorsedAt: string;
  /** `YYYY-MM-DD` */
  readonly supportEnd?: string;
}

export interface VulnerabilityFacts {
  readonly kind: 'vulnerabilities';
  readonly scanner: string;
  readonly scannedAt?: string;
}
