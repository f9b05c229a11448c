import * as z from 'zod';
import { Digest, Result, Time } from './shared.ts';

const Term = {
  from: z.string().optional(),
  until: z.string().optional(),
  revoked: z.object({ at: z.string(), reason: z.string().optional() }).optional(),
};

/** Somebody whose word counts. */
export const TrustedSigner = z.object({
  kind: z.enum(['builder', 'person']),
  name: z.string(),
  roles: z.array(z.string()),
  repositories: z.array(z.string()),
  keys: z.array(z.object({ id: z.string(), algorithm: z.string(), ...Term })),
  identities: z.array(z.object({ issuer: z.string(), subject: z.string(), ...Term })),
});
export type TrustedSigner = z.infer<typeof TrustedSigner>;

/** The trust root by which the server verifies (docs/formats/trust-root.md). */
export const Trust = z.object({
  name: z.string(),
  /** As evidence and verdicts name it. */
  digest: Digest,
  version: z.int(),
  text: z.string(),
  /** Whether it trusts what Sigstore vouches for. */
  sigstore: z.boolean(),
  signers: z.array(TrustedSigner),
  writtenBy: z.string(),
  writtenAt: Time,
  why: z.string().optional(),
});
export type Trust = z.infer<typeof Trust>;

export const TrustChange = z.object({
  text: z
    .string()
    .min(1)
    .max(1 << 20),
  /** `trusted_root.json` of Sigstore, where the text names one. Absent: the one that is kept stays. */
  sigstore: z
    .string()
    .min(2)
    .max(4 << 20)
    .optional(),
  why: z.string().trim().min(1).max(4096),
});
export type TrustChange = z.infer<typeof TrustChange>;

export const TrustText = TrustChange.omit({ why: true }).extend({ text: z.string().max(1 << 20) });

export const TrustCheck = z.object({
  errors: z.array(z.object({ line: z.int(), column: z.int(), message: z.string(), hint: z.string().optional() })),
  /** Whom the text trusts; empty where something is wrong with it. */
  signers: z.array(TrustedSigner),
  /** Whether it trusts what Sigstore vouches for. */
  sigstore: z.boolean(),
});
export type TrustCheck = z.infer<typeof TrustCheck>;

/** One step of a verification, as `plimsoll verify` tells it. */
export const VerificationStep = z.object({
  step: z.enum(['signature', 'identity', 'subject', 'provenance', 'verdict']),
  result: z.enum(['pass', 'fail', 'cannot-tell', 'not-asked']),
  code: z.string().optional(),
  what: z.string(),
  mend: z.string().optional(),
});

/** What `plimsoll verify --format json` prints. */
export const Verification = z.object({
  image: z.string(),
  digest: Digest,
  repository: z.string(),
  result: Result,
  steps: z.array(VerificationStep),
  /** Signatures and attestations that hold, and what was found and does not count (docs/howto/sign-and-verify.md). */
  evidence: z.looseObject({}),
});
export type Verification = z.infer<typeof Verification>;
