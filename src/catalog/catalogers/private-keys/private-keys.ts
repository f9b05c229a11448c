import { createHash } from 'node:crypto';
import { derChildren, derElement, derOid } from '../../../formats/asn1/index.ts';
import type { PrivateKeyItem } from '../../../model/index.ts';
import {
  type Cataloger,
  type CatalogFile,
  type CatalogResult,
  fileProblem,
  nothing,
  wholeFile,
} from '../../cataloger.ts';
import { derPrivateKeyFormat } from '../../private-key-item.ts';
import { hasJksPrivateKey } from './java-key-store.ts';

const name = 'private-keys';
const limitBytes = 4 << 20;

/** Private keys in files that are not text. */
export const privateKeys: Cataloger = {
  name,
  version: 1,
  summary: 'Private keys in DER, PKCS#12, Java key stores and GnuPG homes',
  packages: [],
  claims: [
    ...['.key', '.der', '.p8', '.pk8', '.p12', '.pfx', '.jks', '.jceks', '.keystore', '.gpg', '.pgp'].map((suffix) => ({
      suffix,
    })),
    { baseName: 'cacerts' },
  ],
  catalog,
};

function catalog(file: CatalogFile): CatalogResult {
  const first = file.head[0];
  if (file.path.includes('/private-keys-v1.d/')) return gnupgKey(file);
  // Text is looked at elsewhere; the formats here begin with these bytes.
  const mayBeKey =
    first === 0x30 || first === 0xfe || first === 0xce || first === 0x28 || (first !== undefined && first >= 0x94);
  if (!mayBeKey) return nothing;
  const bytes = wholeFile(file, limitBytes);
  if (bytes === undefined) {
    const message = `${file.sizeBytes} bytes are more than is read of a key file`;
    return { items: [], problems: [fileProblem(name, file, { code: 'file-too-large', message, hides: 'secrets' })] };
  }
  const kind = kindOf(bytes, file.path);
  if (kind === undefined) return nothing;
  const item: PrivateKeyItem = {
    kind: 'private-key',
    path: file.path,
    ...kind,
    line: 1,
    fingerprintSha256: createHash('sha256').update(bytes).digest('hex'),
  };
  return { items: [item], problems: [] };
}

function kindOf(bytes: Uint8Array, path: string): Pick<PrivateKeyItem, 'format' | 'encrypted'> | undefined {
  if (bytes[0] === 0x30) return derPrivateKeyFormat(bytes) ?? pkcs12Of(bytes, path);
  if (hasJksPrivateKey(bytes)) return { format: 'other', encrypted: true };
  if (/\.(?:gpg|pgp)$/i.test(path) && isSecretKeyPacket(bytes)) return { format: 'pgp' };
  return undefined;
}

/** PFX ::= SEQUENCE { version 3, authSafe ContentInfo (data), … } (RFC 7292 § 4). A trust store is one without keys. */
function pkcs12Of(bytes: Uint8Array, path: string): Pick<PrivateKeyItem, 'format' | 'encrypted'> | undefined {
  const outer = derElement(bytes);
  const [version, safe] = outer === undefined ? [] : derChildren(outer);
  if (version?.tag !== 0x02 || bytes[version.contentStart] !== 3 || safe?.tag !== 0x30) return undefined;
  if (derOid(derChildren(safe)[0]) !== '1.2.840.113549.1.7.1') return undefined;
  // Which bags it holds is often encrypted, but a shrouded key's type is not: 1.2.840.113549.1.12.10.1.1 and .2.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const bag = (last: number): boolean =>
    text.includes(Buffer.from([0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01, last]));
  if (bag(2)) return { format: 'pkcs12', encrypted: true };
  if (bag(1)) return { format: 'pkcs12', encrypted: false };
  return /cacerts$|trust/i.test(path) ? undefined : { format: 'pkcs12' };
}

/** A secret-key packet, old or new format (RFC 9580 § 5.5.1.3), version 3 to 6, whose length fits. */
function isSecretKeyPacket(bytes: Uint8Array): boolean {
  const tag = bytes[0]!;
  const header =
    tag === 0x94 ? 2 : tag === 0x95 ? 3 : tag === 0xc5 ? (bytes[1]! < 192 ? 2 : bytes[1]! < 224 ? 3 : 6) : 0;
  return header > 0 && bytes.length > header + 10 && bytes[header]! >= 3 && bytes[header]! <= 6;
}

/** A key of GnuPG's agent: an S-expression, alone or after `Key:` lines; `protected-private-key` or `private-key`. */
function gnupgKey(file: CatalogFile): CatalogResult {
  const text = Buffer.from(file.head).toString('latin1');
  const match = /\((?:\d{1,3}:)?(protected-|shadowed-)?private-key/.exec(text);
  // A shadowed key only says which smart card holds it.
  if (match === null || match[1] === 'shadowed-') return nothing;
  const encrypted = match[1] === 'protected-';
  return { items: [{ kind: 'private-key', path: file.path, format: 'pgp', encrypted, line: 1 }], problems: [] };
}
