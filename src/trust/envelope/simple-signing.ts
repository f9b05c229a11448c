import { JsonRefused, parseBoundedJson } from '../../formats/json/index.ts';
import { type Digest, parseDigest } from '../../model/index.ts';
import { type Refusal, refusal } from '../refusal.ts';
import { membersOf, member, textAt } from './members.ts';

/** What cosign's older signatures are over (containers/image, signature-protocols: simple signing). */
export interface SimplePayload {
  readonly digest: Digest;
  /** The repository that the signer meant; nothing checks it. */
  readonly reference?: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export const simpleSigningType = 'application/vnd.dev.cosign.simplesigning.v1+json';
const payloadType = 'cosign container image signature';

export function parseSimplePayload(bytes: Uint8Array): SimplePayload | Refusal {
  let value: unknown;
  try {
    value = parseBoundedJson(bytes, { maxBytes: 1 << 20, maxDepth: 32 });
  } catch (error) {
    if (error instanceof JsonRefused) return refusal('unreadable', `its payload ${error.message}`);
    throw error;
  }
  if (textAt(value, 'critical', 'type') !== payloadType)
    return refusal('other-type', 'its payload is no signature of a container image');
  const digest = parseDigest(textAt(value, 'critical', 'image', 'docker-manifest-digest'));
  if (digest === undefined) return refusal('unreadable', 'its payload names no image digest');
  const reference = textAt(value, 'critical', 'identity', 'docker-reference');
  const optional = Object.entries(membersOf(member(value, 'optional')) ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    digest,
    ...(reference === undefined ? {} : { reference }),
    annotations: Object.fromEntries(optional.slice(0, 100)),
  };
}

/** The payload that cosign would sign. */
export function simplePayload(
  digest: Digest,
  reference: string,
  annotations: Readonly<Record<string, string>> = {},
): Buffer {
  const payload = {
    critical: {
      identity: { 'docker-reference': reference },
      image: { 'docker-manifest-digest': digest },
      type: payloadType,
    },
    optional: Object.keys(annotations).length === 0 ? null : annotations,
  };
  return Buffer.from(JSON.stringify(payload));
}
