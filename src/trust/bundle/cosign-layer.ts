import { createHash } from 'node:crypto';
import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { listAt, member, textAt } from '../envelope/members.ts';
import { refusal } from '../refusal.ts';
import type { Claim } from './claim.ts';
import { bundleClaim } from './read-bundle.ts';

/** Annotations of the layers under cosign's tags (cosign, specs/SIGNATURE_SPEC.md). */
export const cosignSignature = 'dev.cosignproject.cosign/signature';
const certificateAnnotation = 'dev.sigstore.cosign/certificate';
const bundleAnnotation = 'dev.sigstore.cosign/bundle';
const timestampAnnotation = 'dev.sigstore.cosign/rfc3161timestamp';
const mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.1';
const signatureLimit = 10;

/** A layer of `sha256-….sig`: a payload of simple signing, its signature beside it. */
export function claimOfSignatureLayer(
  payload: Uint8Array,
  annotations: Readonly<Record<string, string>>,
  where: string,
): Claim {
  const signature = annotations[cosignSignature] ?? '';
  if (signature === '') return { where, refusal: refusal('unreadable', 'it has no signature beside it') };
  const digest = createHash('sha256').update(payload).digest('base64');
  const value = {
    mediaType,
    verificationMaterial: materialOf(annotations),
    messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature },
  };
  return bundleClaim(value, where, { bytes: Buffer.from(JSON.stringify(value)), message: payload });
}

/** A layer of `sha256-….att`: an envelope; one claim for each of its signatures. */
export function claimsOfAttestationLayer(
  envelope: Uint8Array,
  annotations: Readonly<Record<string, string>>,
  where: string,
): readonly Claim[] {
  let value: unknown;
  try {
    value = parseBoundedJson(envelope, { maxBytes: 64 << 20, maxDepth: 16 });
  } catch (error) {
    if (error instanceof JsonRefused) return [{ where, refusal: refusal('unreadable', `it ${error.message}`) }];
    throw error;
  }
  const signatures = listAt(value, signatureLimit, 'signatures');
  if (signatures.length === 0) return [{ where, refusal: refusal('unreadable', 'its envelope has no signature') }];
  return signatures.map((signature) => {
    const bundle = {
      mediaType,
      verificationMaterial: materialOf(annotations),
      dsseEnvelope: {
        payload: member(value, 'payload'),
        payloadType: member(value, 'payloadType'),
        signatures: [{ sig: textAt(signature, 'sig'), keyid: textAt(signature, 'keyid') ?? '' }],
      },
    };
    return bundleClaim(bundle, where, { bytes: Buffer.from(JSON.stringify(bundle)) });
  });
}

/** The proofs that stand in a layer's annotations, as a bundle has them. */
function materialOf(annotations: Readonly<Record<string, string>>): object {
  const pem = annotations[certificateAnnotation];
  const timestamp = textAt(jsonOf(annotations[timestampAnnotation]), 'SignedRFC3161Timestamp');
  const entry = logEntryOf(jsonOf(annotations[bundleAnnotation]));
  return {
    ...(pem === undefined || pem === ''
      ? { publicKey: { hint: '' } }
      : { x509CertificateChain: { certificates: [{ rawBytes: derOf(pem) }] } }),
    tlogEntries: entry === undefined ? [] : [entry],
    ...(timestamp === undefined
      ? {}
      : { timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: timestamp }] } }),
  };
}

/** Rekor's promise to include an entry, as cosign kept it. */
function logEntryOf(value: unknown): object | undefined {
  const body = longTextAt(value, 'Payload', 'body');
  const promise = textAt(value, 'SignedEntryTimestamp');
  const logId = textAt(value, 'Payload', 'logID');
  const index = member(value, 'Payload', 'logIndex');
  const time = member(value, 'Payload', 'integratedTime');
  if (body === undefined || promise === undefined || logId === undefined) return undefined;
  const entry = jsonOf(Buffer.from(body, 'base64').toString('utf8'));
  return {
    logIndex: String(index),
    logId: { keyId: Buffer.from(logId, 'hex').toString('base64') },
    kindVersion: { kind: textAt(entry, 'kind') ?? '', version: textAt(entry, 'apiVersion') ?? '' },
    integratedTime: String(time),
    inclusionPromise: { signedEntryTimestamp: promise },
    canonicalizedBody: body,
  };
}

/** Entries of the log hold certificates and envelopes: longer than other texts. */
function longTextAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' && found.length <= 1 << 20 ? found : undefined;
}

function derOf(pem: string): string {
  return /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]{1,65536})-----END/.exec(pem)?.[1]?.replace(/\s+/g, '') ?? '';
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text === '') return undefined;
  try {
    return parseBoundedJson(Buffer.from(text), { maxBytes: 1 << 20, maxDepth: 32 });
  } catch (error) {
    if (error instanceof JsonRefused) return undefined;
    throw error;
  }
}
