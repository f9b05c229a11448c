import type { Bundle } from '@sigstore/bundle';
import {
  type SignedEntity,
  toSignedEntity,
  toTrustMaterial,
  type TrustMaterial,
  VerificationError,
  Verifier,
} from '@sigstore/verify';
import { preAuthEncoding } from '../envelope/dsse.ts';
import { isSignedBy, type PublicKey } from '../keys/public-key.ts';
import { type Refusal, refusal } from '../refusal.ts';
import type { SignedClaim } from './claim.ts';
import { withReadableTimes } from './time-stamps.ts';
import type { SigstoreRoot } from './trusted-root.ts';

/** Whose signature it is, as far as mathematics can tell. */
export type Authenticated = {
  /** When it existed at the latest, where a log or time stamp proves that; the earliest proof counts. */
  readonly provenAt?: Date;
} & (
  | { readonly by: 'key'; readonly key: PublicKey }
  | { readonly by: 'certificate'; readonly issuer: string; readonly subject: string }
);

/** What signatures are held against. */
export interface Authorities {
  readonly keys: readonly PublicKey[];
  readonly sigstore?: SigstoreRoot;
  /** Certificates need no log entry, and are held against this time where nothing proves another. */
  readonly withoutLogAt?: Date;
  /** Certificates need no proof of a certificate transparency log. */
  readonly withoutCertificateLog?: boolean;
}

/** Verifies a signature and its proofs, and says whose it is. Opens nothing, asks nobody. */
export function authenticate(claim: SignedClaim, authorities: Authorities): Authenticated | Refusal {
  const material = claim.bundle.verificationMaterial.content;
  try {
    return material.$case === 'publicKey'
      ? byKey(claim, material.publicKey.hint, authorities)
      : byCertificate(claim, authorities);
  } catch (error) {
    return refusalOf(error);
  }
}

function byKey(claim: SignedClaim, hint: string, { keys, sigstore }: Authorities): Authenticated | Refusal {
  const { message, signature } = signedOf(claim);
  const hinted = keys.filter((key) => key.hint === hint);
  const key = [...hinted, ...keys.filter((other) => other.hint !== hint)].find((candidate) =>
    isSignedBy(message, signature, candidate),
  );
  if (key === undefined)
    return hinted.length > 0
      ? refusal('signature-invalid', `it names key ${shortId(hinted[0]!.id)}, but what it signed was changed`)
      : refusal('unknown-signer', strangerSaid(hint));
  const provenAt = sigstore === undefined ? undefined : earliest(provenTimes(claim, key, sigstore));
  return { by: 'key', key, ...(provenAt === undefined ? {} : { provenAt }) };
}

/** Bundles name keys by their hash; others say nothing that helps. */
function strangerSaid(hint: string): string {
  const hash = Buffer.from(hint, 'base64');
  return hash.length === 32
    ? `it names key ${shortId(`sha256:${hash.toString('hex')}`)}, which nobody enrolled`
    : 'it is the signature of no enrolled key, or what it signed was changed';
}

/** Each proof by itself: one that does not hold, or is of a service that nobody here trusts, proves nothing. */
function provenTimes(claim: SignedClaim, key: PublicKey, root: SigstoreRoot): Date[] {
  const always = { publicKey: key.key, validFor: () => true };
  const material = { ...materialOf(root), publicKey: () => always };
  const verifier = new Verifier(material, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 1 });
  const entity = entityOf(claim);
  const times: Date[] = [];
  for (const timestamp of entity.timestamps) {
    const isLog = timestamp.$case === 'transparency-log';
    const alone = { ...entity, timestamps: [timestamp], tlogEntries: isLog ? [timestamp.tlogEntry] : [] };
    try {
      verifier.verify(alone);
      times.push(timeOf(timestamp));
    } catch (error) {
      if (error instanceof RangeError) throw error;
    }
  }
  return times;
}

/** What certificates and logs prove never changes: remembered by trusted root, as long as the process lives. */
const proven = new WeakMap<SigstoreRoot, Map<string, Authenticated | Refusal>>();
const mostProven = 10_000;

function byCertificate(claim: SignedClaim, authorities: Authorities): Authenticated | Refusal {
  const { sigstore: root, withoutLogAt, withoutCertificateLog } = authorities;
  if (root === undefined || withoutLogAt !== undefined || withoutCertificateLog === true)
    return verifyCertificate(claim, authorities);
  let known = proven.get(root);
  if (known === undefined || known.size >= mostProven) proven.set(root, (known = new Map()));
  let answer = known.get(claim.identity);
  if (answer === undefined) known.set(claim.identity, (answer = verifyCertificate(claim, authorities)));
  return answer;
}

function verifyCertificate(claim: SignedClaim, authorities: Authorities): Authenticated | Refusal {
  const { sigstore: root, withoutLogAt } = authorities;
  if (root === undefined)
    return refusal('no-sigstore-root', 'a certificate signed it, and no Sigstore trusted root says whom to believe');
  const needsLog = withoutLogAt === undefined && root.tlogs.length > 0;
  const options = {
    tlogThreshold: needsLog ? 1 : 0,
    ctlogThreshold: authorities.withoutCertificateLog !== true && root.ctlogs.length > 0 ? 1 : 0,
    timestampThreshold: 1,
  };
  const whole = entityOf(claim);
  const entity = withoutLogAt === undefined ? whole : withTime(whole, withoutLogAt);
  const verifier = new Verifier(materialOf(root), options);
  let identity: ReturnType<Verifier['verify']>['identity'];
  try {
    ({ identity } = verifier.verify(entity));
  } catch (error) {
    throw certificateError(whole, root) ?? error;
  }
  const issuer = identity?.extensions?.issuer;
  const subject = identity?.subjectAlternativeName;
  if (issuer === undefined || subject === undefined)
    return refusal('unreadable', 'its certificate does not say who logged in where');
  const isProven = withoutLogAt === undefined || whole.timestamps.some(({ $case }) => $case === 'timestamp-authority');
  const provenAt = isProven ? earliest(entity.timestamps.filter(isProof).map(timeOf)) : undefined;
  return { by: 'certificate', issuer, subject, ...(provenAt === undefined ? {} : { provenAt }) };
}

/** Time stamps are looked at first; where the certificate itself is of others, that is what to say. */
function certificateError(entity: SignedEntity, root: SigstoreRoot): VerificationError | undefined {
  if (entity.key.$case !== 'certificate') return undefined;
  const issued = entity.key.certificate.notBefore;
  try {
    const lenient = { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 };
    new Verifier(materialOf(root), lenient).verify({ ...withTime({ ...entity, timestamps: [] }, issued) });
  } catch (error) {
    if (error instanceof VerificationError && error.code === 'CERTIFICATE_ERROR') return error;
  }
  return undefined;
}

const materials = new WeakMap<SigstoreRoot, TrustMaterial>();

/** Certificates and keys of a trusted root, parsed once. */
function materialOf(root: SigstoreRoot): TrustMaterial {
  let material = materials.get(root);
  if (material === undefined) materials.set(root, (material = toTrustMaterial(root)));
  return material;
}

type Timestamp = SignedEntity['timestamps'][number];

/** Without a log, what time stamps prove counts; where there are none, the certificate must be valid now. */
function withTime(entity: SignedEntity, now: Date): SignedEntity {
  const stamps = entity.timestamps.filter(({ $case }) => $case === 'timestamp-authority');
  const seconds = String(Math.floor(now.getTime() / 1000));
  const assumed = {
    $case: 'transparency-log',
    tlogEntry: { integratedTime: seconds, inclusionPromise: {}, logId: { keyId: Buffer.alloc(0) } },
  } as unknown as Timestamp;
  return { ...entity, tlogEntries: [], timestamps: stamps.length > 0 ? stamps : [assumed] };
}

/** Of log entries only a signed promise proves a time; the library counts no others. */
function isProof(timestamp: Timestamp): boolean {
  return timestamp.$case === 'timestamp-authority' || timestamp.tlogEntry.inclusionPromise !== undefined;
}

function timeOf(timestamp: Timestamp): Date {
  return timestamp.$case === 'timestamp-authority'
    ? timestamp.timestamp.signingTime
    : new Date(Number(timestamp.tlogEntry.integratedTime) * 1000);
}

function earliest(times: readonly Date[]): Date | undefined {
  return times.length === 0 ? undefined : new Date(Math.min(...times.map((time) => time.getTime())));
}

function entityOf({ bundle, message }: SignedClaim): SignedEntity {
  return withReadableTimes(toSignedEntity(bundle, message));
}

/** What exactly was signed, and the signature over it. */
function signedOf({ bundle, message }: SignedClaim): { message: Uint8Array; signature: Uint8Array } {
  const { content } = bundle;
  if (content.$case === 'messageSignature')
    return { message: message ?? Buffer.alloc(0), signature: content.messageSignature.signature };
  const { payload, payloadType, signatures } = content.dsseEnvelope;
  return { message: preAuthEncoding(payloadType, payload), signature: signatures[0]!.sig };
}

/** The payload of a claim's envelope, and its type; undefined for message signatures. */
export function envelopeOf({
  content,
}: Bundle): { readonly payload: Buffer; readonly payloadType: string } | undefined {
  return content.$case === 'dsseEnvelope' ? content.dsseEnvelope : undefined;
}

const codes: Readonly<Record<string, Refusal['code']>> = {
  SIGNATURE_ERROR: 'signature-invalid',
  CERTIFICATE_ERROR: 'other-trust-root',
  PUBLIC_KEY_ERROR: 'unknown-signer',
  TIMESTAMP_ERROR: 'timestamp-invalid',
};

function refusalOf(error: unknown): Refusal {
  if (error instanceof VerificationError) {
    const { code, message, cause } = error as VerificationError & { cause?: unknown };
    const why = cause instanceof Error ? `${message}: ${cause.message}` : message;
    return refusal(
      codes[code] ?? 'log-proof-invalid',
      `${sentences[code] ?? 'the log’s proof does not hold'} (${why})`,
    );
  }
  const why = error instanceof Error ? error.message.slice(0, 200) : 'unknown';
  return refusal('unreadable', `it cannot be verified: ${why}`);
}

const sentences: Readonly<Record<string, string>> = {
  SIGNATURE_ERROR: 'what it signed was changed',
  CERTIFICATE_ERROR: 'its certificate is of no authority that the trusted root names, or did not hold at that time',
  PUBLIC_KEY_ERROR: 'its key is not known',
  TIMESTAMP_ERROR: 'no time stamp or log proves when it was made',
};

function shortId(id: string): string {
  return id.slice(0, 'sha256:'.length + 12);
}
