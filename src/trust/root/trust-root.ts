import type { Digest } from '../../model/index.ts';
import type { PublicKey } from '../keys/public-key.ts';
import type { SigstoreRoot } from '../bundle/trusted-root.ts';

/** Whom an organisation trusts: its builders and approvers, and what their word must say. docs/formats/trust-root.md. */
export interface TrustRoot {
  readonly name: string;
  readonly description?: string;
  /** Over the bytes of the file. */
  readonly digest: Digest;
  readonly builders: readonly Builder[];
  readonly people: readonly Person[];
  /** Patterns on source repositories; empty: any that the provenance names. */
  readonly sources: readonly string[];
  /** Patterns on base images, by reference or digest; empty: any. */
  readonly bases: readonly string[];
  /** Roles whose people may endorse bases; empty: what lies beside bases is not asked. */
  readonly endorsers: readonly string[];
  readonly verdict: VerdictDemand;
  /** File of Sigstore's trusted root, relative to the trust root's own. */
  readonly sigstoreFile?: string;
  readonly sigstore?: SigstoreRoot;
}

export interface VerdictDemand {
  readonly maxAgeDays: number;
  /** Names of policies; empty: any. */
  readonly policies: readonly string[];
}

/** A machine that builds, by its keys or the log-ins of its jobs. */
export interface Builder {
  readonly name: string;
  readonly description?: string;
  /** Patterns on `registry/repository`. */
  readonly repositories: readonly string[];
  /** Pattern on `runDetails.builder.id` of its provenance. */
  readonly builderId?: string;
  /** Patterns on what it may build; absent: what the trust root says. */
  readonly sources?: readonly string[];
  readonly keys: readonly EnrolledKey[];
  readonly identities: readonly EnrolledIdentity[];
}

/** A person who may approve. */
export interface Person {
  readonly name: string;
  readonly roles: readonly string[];
  /** Patterns on the repositories whose images they may approve. */
  readonly repositories: readonly string[];
  readonly keys: readonly EnrolledKey[];
  readonly identities: readonly EnrolledIdentity[];
}

export interface Term {
  /** RFC 3339 */
  readonly from?: string;
  readonly until?: string;
  /** What was signed from then on does not count; nor what nobody can prove to be older. */
  readonly revoked?: { readonly at: string; readonly reason?: string };
}

export interface EnrolledKey extends Term {
  readonly key: PublicKey;
}

/** A log-in that Sigstore vouches for. */
export interface EnrolledIdentity extends Term {
  readonly issuer: string;
  /** Pattern on the subject alternative name: an e-mail address or a workflow's URI. */
  readonly subject: string;
  /** Says whether it is a log-in, in place of the two: where a user asks by regular expressions. */
  readonly matches?: (login: { readonly issuer: string; readonly subject: string }) => boolean;
}
