import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parseBoundedJson, JsonRefused } from '../../formats/json/index.ts';
import { CodedError, type Digest, type EvidenceSigner, parseDigest } from '../../model/index.ts';
import {
  authenticate,
  type Authorities,
  bundleLimitBytes,
  type Claim,
  claimOfSignatureLayer,
  cosignSignature,
  enrolledSigner,
  envelopeOf,
  isReadable,
  isRefusal,
  parseStatement,
  readBundle,
  type Refusal,
  refusal,
  type TrustRoot,
} from '../../trust/index.ts';
import { readBytes } from '../policy/read-text.ts';

export interface VerifyBlobOptions {
  readonly root: TrustRoot;
  readonly now: Date;
  /** A Sigstore bundle, or the one that cosign 1 and 2 wrote. */
  readonly bundleFile?: string;
  /** A file, or the signature itself in base64. */
  readonly signature?: string;
  readonly certificateFile?: string;
  readonly timestampFile?: string;
  readonly ignore: { readonly transparencyLog: boolean; readonly certificateLog: boolean };
}

/** Who signed a file and when, or why the signature does not count. */
export type BlobVerification =
  | { readonly result: 'pass'; readonly signer: EvidenceSigner; readonly provenAt?: string }
  | { readonly result: 'fail'; readonly refusal: Refusal };

const blobLimitBytes = 2 ** 31 - 1;
const smallLimitBytes = 1 << 20;

/** What is to have been signed: a file's bytes, or the digest alone of one that is elsewhere. */
type Artifact = { readonly bytes: Uint8Array } | { readonly bytes?: undefined; readonly digest: Digest };

/**
 * Verifies the signature of a file, offline; of `sha256:<hex>` or `sha512:<hex>` where no file is called so.
 * @throws CodedError where files can't be read; `file-needed` where a signature is over the file itself.
 */
export async function verifyBlob(file: string, options: VerifyBlobOptions): Promise<BlobVerification> {
  const digest = existsSync(file) ? undefined : parseDigest(file);
  const artifact = digest !== undefined ? { digest } : { bytes: await readBytes(file, blobLimitBytes) };
  const claim = await claimOf(artifact.bytes ?? new Uint8Array(0), options);
  if (artifact.bytes === undefined && isReadable(claim) && envelopeOf(claim.bundle) === undefined)
    throw new CodedError('file-needed', 'the signature is over the file itself, and only its digest is given', {
      kind: 'usage',
      hint: 'Name the file; a digest is enough for statements (DSSE)',
    });
  const found = judge(claim, artifact, options);
  return isRefusal(found) ? { result: 'fail', refusal: found } : found;
}

async function claimOf(bytes: Uint8Array, options: VerifyBlobOptions): Promise<Claim> {
  const { bundleFile, signature, certificateFile, timestampFile } = options;
  if (bundleFile !== undefined) {
    const bundle = await readBytes(bundleFile, bundleLimitBytes);
    return olderBundle(bundle, bytes, bundleFile) ?? readBundle(bundle, bundleFile, bytes);
  }
  if (signature === undefined)
    throw new CodedError('no-signature', 'nothing says what the signature is', {
      kind: 'usage',
      hint: '--bundle FILE, or --signature FILE with --key or --certificate',
    });
  const text = existsSync(signature) ? signatureText(await readBytes(signature, smallLimitBytes)) : signature;
  const annotations: Record<string, string> = { [cosignSignature]: text.trim() };
  if (certificateFile !== undefined)
    annotations['dev.sigstore.cosign/certificate'] = certificateText(await readBytes(certificateFile, smallLimitBytes));
  if (timestampFile !== undefined) {
    const stamp = Buffer.from(await readBytes(timestampFile, smallLimitBytes)).toString('base64');
    annotations['dev.sigstore.cosign/rfc3161timestamp'] = JSON.stringify({ SignedRFC3161Timestamp: stamp });
  }
  return claimOfSignatureLayer(bytes, annotations, signature.slice(0, 100));
}

/** Signature files hold base64, or the bytes themselves. */
function signatureText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('latin1').trim();
  return /^[A-Za-z0-9+/\s]+={0,2}$/.test(text) ? text : Buffer.from(bytes).toString('base64');
}

/** A certificate in PEM, or that in base64 once more, as cosign writes it. */
function certificateText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('utf8');
  return text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('utf8');
}

/** `{base64Signature, cert, rekorBundle}`: what `--bundle` of cosign 1 and 2 was. */
function olderBundle(json: Uint8Array, message: Uint8Array, where: string): Claim | undefined {
  let value: unknown;
  try {
    value = parseBoundedJson(json, { maxBytes: bundleLimitBytes, maxDepth: 32 });
  } catch (error) {
    if (error instanceof JsonRefused) return undefined;
    throw error;
  }
  const { base64Signature, cert, rekorBundle } = (value ?? {}) as Record<string, unknown>;
  if (typeof base64Signature !== 'string') return undefined;
  return claimOfSignatureLayer(
    message,
    {
      [cosignSignature]: base64Signature,
      ...(typeof cert === 'string' ? { 'dev.sigstore.cosign/certificate': certificateText(Buffer.from(cert)) } : {}),
      ...(rekorBundle === undefined ? {} : { 'dev.sigstore.cosign/bundle': JSON.stringify(rekorBundle) }),
    },
    where,
  );
}

function judge(claim: Claim, artifact: Artifact, { root, now, ignore }: VerifyBlobOptions): BlobVerification | Refusal {
  if (!isReadable(claim)) return claim.refusal;
  const authorities: Authorities = {
    keys: root.builders.flatMap(({ keys }) => keys.map(({ key }) => key)),
    ...(root.sigstore === undefined ? {} : { sigstore: root.sigstore }),
    ...(ignore.transparencyLog ? { withoutLogAt: now } : {}),
    withoutCertificateLog: ignore.certificateLog,
  };
  const who = authenticate(claim, authorities);
  if (isRefusal(who)) return who;
  const enrolled = enrolledSigner(who, root, { repository: '', role: 'builder', now });
  if (isRefusal(enrolled)) return enrolled;
  const mismatch = subjectMismatch(claim, artifact);
  if (mismatch !== undefined) return mismatch;
  const { provenAt } = who;
  return {
    result: 'pass',
    signer: enrolled.signer,
    ...(provenAt === undefined ? {} : { provenAt: provenAt.toISOString() }),
  };
}

/** An envelope must be about the file; a message signature is over it, and must say so. */
function subjectMismatch({ bundle }: Extract<Claim, { bundle: unknown }>, artifact: Artifact): Refusal | undefined {
  const envelope = envelopeOf(bundle);
  if (envelope === undefined) {
    const digest = createHash('sha256')
      .update(artifact.bytes ?? '')
      .digest();
    const said =
      bundle.content.$case === 'messageSignature' ? bundle.content.messageSignature.messageDigest : undefined;
    // The signature holds; a bundle that names another digest beside it was put together by someone else.
    return said !== undefined && said.digest.length === digest.length && !said.digest.equals(digest)
      ? refusal('signature-invalid', 'the bundle names another digest than the file has')
      : undefined;
  }
  const statement = parseStatement(envelope.payload);
  if (isRefusal(statement)) return statement;
  const hashed = (algorithm: string, bytes: Uint8Array): string =>
    `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
  const own = new Set<string>(
    artifact.bytes === undefined
      ? [artifact.digest]
      : [hashed('sha256', artifact.bytes), hashed('sha512', artifact.bytes)],
  );
  return statement.subjects.some(({ digests }) => digests.some((each) => own.has(each)))
    ? undefined
    : refusal('other-digest', 'its statement is not about this file');
}
