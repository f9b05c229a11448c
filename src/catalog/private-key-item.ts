import { createHash } from 'node:crypto';
import { derChildren, derElement, derOid } from '../formats/asn1/index.ts';
import type { PemBlock } from '../formats/pem/index.ts';
import type { ImagePath, PrivateKeyItem } from '../model/index.ts';

type Format = PrivateKeyItem['format'];

/** The item of a PEM block that holds a private key; undefined for other blocks and for what only looks like one. */
export function pemPrivateKey(block: PemBlock, path: ImagePath, line: number): PrivateKeyItem | undefined {
  const { label, headers, der } = block;
  if (!/PRIVATE KEY(?: BLOCK)?$/.test(label)) return undefined;
  const isArmourEncrypted = headers.some((header) => /^(?:Proc-Type:.{0,20}ENCRYPTED|DEK-Info:)/.test(header));
  const make = (format: Format, encrypted: boolean | undefined): PrivateKeyItem => ({
    kind: 'private-key',
    path,
    format,
    ...(encrypted === undefined ? {} : { encrypted }),
    line,
    fingerprintSha256: createHash('sha256').update(der).digest('hex'),
  });
  if (label.startsWith('PGP')) return [0x94, 0x95, 0x96, 0xc5].includes(der[0]!) ? make('pgp', undefined) : undefined;
  if (label.startsWith('OPENSSH')) return opensshKey(der, make);
  if (isArmourEncrypted) return make(armourFormat(label), true);
  const known = derPrivateKeyFormat(der);
  if (known !== undefined) return make(known.format, known.encrypted);
  // A cut-off or unusual key still begins with a SEQUENCE; text that only looks like base64 hardly ever does.
  return der[0] === 0x30 && der.length > 64 ? make(armourFormat(label), label.startsWith('ENCRYPTED')) : undefined;
}

/** Which kind of private key DER bytes are; undefined where they are none. */
export function derPrivateKeyFormat(bytes: Uint8Array): { format: Format; encrypted: boolean } | undefined {
  const outer = derElement(bytes);
  if (outer?.tag !== 0x30) return undefined;
  const parts = derChildren(outer);
  const [first, second, third] = parts;
  const version = first?.tag === 0x02 && first.end - first.contentStart === 1 ? bytes[first.contentStart] : undefined;
  if (
    first?.tag === 0x30 &&
    second?.tag === 0x04 &&
    parts.length === 2 &&
    /^1\.2\.840\.113549\.1\.(?:5|12)\./.test(derOid(derChildren(first)[0]))
  )
    return { format: 'pkcs8', encrypted: true };
  if (version === undefined || version > 1) return undefined;
  if (second?.tag === 0x30 && third?.tag === 0x04 && derOid(derChildren(second)[0]) !== '')
    return { format: 'pkcs8', encrypted: false };
  if (version === 1 && second?.tag === 0x04) return { format: 'sec1', encrypted: false };
  if (version === 0 && parts.slice(1).every(({ tag }) => tag === 0x02)) {
    if (parts.length === 9) return { format: 'pkcs1', encrypted: false };
    if (parts.length === 6) return { format: 'dsa', encrypted: false };
  }
  return undefined;
}

function armourFormat(label: string): Format {
  if (label.startsWith('RSA')) return 'pkcs1';
  if (label.startsWith('EC')) return 'sec1';
  if (label.startsWith('DSA')) return 'dsa';
  return /^(?:ENCRYPTED )?PRIVATE KEY$/.test(label) ? 'pkcs8' : 'other';
}

/** `openssh-key-v1`, then the cipher's name (OpenSSH PROTOCOL.key). */
function opensshKey(
  der: Buffer,
  make: (format: Format, encrypted: boolean | undefined) => PrivateKeyItem,
): PrivateKeyItem | undefined {
  if (der.toString('latin1', 0, 15) !== 'openssh-key-v1\0' || der.length < 23) return undefined;
  return make('openssh', der.toString('latin1', 19, 23) !== 'none');
}
