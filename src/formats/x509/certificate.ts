import {
  derChildren,
  derContent,
  type DerElement,
  derElement,
  derIntegerBits,
  derOid,
  derText,
  derTime,
} from '../asn1/index.ts';
import { attributeNames, curveBits, keyNames, signatureNames } from './algorithms.table.ts';

/** What a certificate says of itself (RFC 5280 § 4.1). */
export interface X509Facts {
  readonly version: number;
  /** Lower-case hexadecimal, two digits a byte, without the zero byte that only keeps a number positive: as OpenSSL shows it. */
  readonly serial: string;
  readonly isSerialNegative: boolean;
  readonly subject: string;
  readonly issuer: string;
  readonly isSelfIssued: boolean;
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly keyType: string;
  readonly keyBits: number | undefined;
  readonly signatureAlgorithm: string;
  readonly isCa: boolean;
  /** Of the certificate in the bytes that it was read from. */
  readonly sizeBytes: number;
}

/** Reads a certificate that the bytes begin with; undefined where they are none. */
export function readCertificate(bytes: Uint8Array): X509Facts | undefined {
  const outer = derElement(bytes);
  if (outer?.tag !== 0x30) return undefined;
  const [body, algorithm, signature] = derChildren(outer);
  if (body?.tag !== 0x30 || algorithm?.tag !== 0x30 || signature?.tag !== 0x03) return undefined;
  const fields = derChildren(body);
  const hasVersion = fields[0]?.tag === 0xa0;
  const version = hasVersion ? (bytes[fields[0]!.end - 1] ?? 0) + 1 : 1;
  const [serial, , issuer, validity, subject, publicKey] = fields.slice(hasVersion ? 1 : 0);
  if (
    serial?.tag !== 0x02 ||
    issuer?.tag !== 0x30 ||
    validity?.tag !== 0x30 ||
    subject?.tag !== 0x30 ||
    publicKey?.tag !== 0x30
  )
    return undefined;
  const [from, until] = derChildren(validity);
  const notBefore = derTime(from);
  const notAfter = derTime(until);
  if (notBefore === undefined || notAfter === undefined) return undefined;
  const issuerName = nameText(issuer);
  const subjectName = nameText(subject);
  const oid = derOid(derChildren(algorithm)[0]);
  return {
    version,
    // The zero octet before a first bit that is set only says that the number is positive (X.690 § 8.3).
    serial: Buffer.from(derContent(serial))
      .toString('hex')
      .replace(/^00(?=[89a-f])/, '')
      .slice(0, 80),
    isSerialNegative: (bytes[serial.contentStart]! & 0x80) !== 0 && serial.end > serial.contentStart,
    subject: subjectName,
    issuer: issuerName,
    isSelfIssued: subjectName === issuerName,
    notBefore,
    notAfter,
    ...keyOf(publicKey),
    signatureAlgorithm: signatureNames[oid] ?? oid,
    isCa: isAuthority(fields.find(({ tag }) => tag === 0xa3)),
    sizeBytes: outer.end,
  };
}

/** `CN=…,O=…`, the last part first (RFC 4514), without escapes but for what would make it ambiguous. */
function nameText(name: DerElement): string {
  const parts: string[] = [];
  for (const set of derChildren(name).slice(0, 50))
    for (const pair of derChildren(set).slice(0, 10)) {
      const [type, value] = derChildren(pair);
      if (value === undefined) continue;
      const oid = derOid(type);
      parts.push(`${attributeNames[oid] ?? oid}=${derText(value).replace(/[,\\]/g, '\\$&')}`);
    }
  return parts.reverse().join(',').slice(0, 2000);
}

function keyOf(publicKey: DerElement): { keyType: string; keyBits: number | undefined } {
  const [algorithm, bits] = derChildren(publicKey);
  const [type, parameters] = algorithm === undefined ? [] : derChildren(algorithm);
  const oid = derOid(type);
  const keyType = keyNames[oid] ?? (oid || 'unknown');
  if (keyType === 'rsa' && bits?.tag === 0x03) {
    const key = derElement(bits.bytes, bits.contentStart + 1, bits.end);
    return { keyType, keyBits: key === undefined ? undefined : derIntegerBits(derChildren(key)[0]) };
  }
  if (keyType === 'dsa' && parameters !== undefined)
    return { keyType, keyBits: derIntegerBits(derChildren(parameters)[0]) };
  if (keyType === 'ec') return { keyType, keyBits: curveBits[derOid(parameters)] };
  if (keyType === 'ed25519' || keyType === 'x25519') return { keyType, keyBits: 256 };
  return { keyType, keyBits: keyType === 'ed448' ? 456 : undefined };
}

/** basicConstraints with cA TRUE (RFC 5280 § 4.2.1.9). */
function isAuthority(extensions: DerElement | undefined): boolean {
  const list =
    extensions === undefined ? undefined : derElement(extensions.bytes, extensions.contentStart, extensions.end);
  if (list === undefined) return false;
  for (const extension of derChildren(list)) {
    const parts = derChildren(extension);
    const value = parts.at(-1);
    if (derOid(parts[0]) !== '2.5.29.19' || value?.tag !== 0x04) continue;
    const constraints = derElement(value.bytes, value.contentStart, value.end);
    const flag = constraints === undefined ? undefined : derChildren(constraints)[0];
    return flag?.tag === 0x01 && flag.bytes[flag.contentStart] !== 0;
  }
  return false;
}
