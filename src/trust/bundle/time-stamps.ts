import { type SignedEntity, VerificationError } from '@sigstore/verify';
import { derChildren, derElement, derInstant } from '../../formats/asn1/index.ts';

type Timestamp = SignedEntity['timestamps'][number];
type Rfc3161 = Extract<Timestamp, { readonly $case: 'timestamp-authority' }>['timestamp'];

/** Of TSTInfo (RFC 3161 § 2.4.2): version, policy, messageImprint, serialNumber, genTime. */
const genTimeIndex = 4;

/**
 * Lets time stamps say their time as we read it: the library knows fractions of seconds of three digits and no others, and
 * stampers write as many as they need. Nothing that was signed is touched: the time is read from the very bytes whose digest
 * and signature the library verifies.
 */
export function withReadableTimes(entity: SignedEntity): SignedEntity {
  for (const { $case, ...stamp } of entity.timestamps)
    if ($case === 'timestamp-authority' && 'timestamp' in stamp)
      Object.defineProperty(stamp.timestamp, 'signingTime', { get: () => stampTime(stamp.timestamp) });
  return entity;
}

function stampTime({ tstInfo }: Rfc3161): Date {
  const info = derElement(tstInfo.raw);
  const instant = info === undefined ? undefined : derInstant(derChildren(info)[genTimeIndex]);
  if (instant === undefined)
    throw new VerificationError({ code: 'TIMESTAMP_ERROR', message: 'the time stamp says no time' });
  return instant;
}
