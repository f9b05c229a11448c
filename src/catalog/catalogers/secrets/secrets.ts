import { certificateItem } from '../../certificate-item.ts';
import { pemPrivateKey } from '../../private-key-item.ts';
import { pemBlockAt } from '../../../formats/pem/index.ts';
import type { Item, PrivateKeyItem } from '../../../model/index.ts';
import { type Cataloger, type CatalogFile, type CatalogResult, nothing } from '../../cataloger.ts';
import { secretFileHits } from './secret-files.ts';
import { fingerprintOf, redacted } from './redact.ts';
import { scanForSecrets, type SecretHit } from './secret-scanner.ts';

/**
 * Credentials, PEM private keys and PEM certificates in text, found in one pass over its bytes.
 */
export const secrets: Cataloger = {
  name: 'secrets',
  version: 1,
  summary: 'Credentials in text files, values redacted; private keys and certificates in PEM',
  packages: [],
  claims: [{ content: 'text' }],
  catalog,
};

/** Windows overlap by 64 KiB; each reports what starts up to 16 KiB before its end, so that nothing is said twice. */
const overlapBytes = 64 << 10;
const reachBytes = 16 << 10;

function catalog(file: CatalogFile): CatalogResult {
  const { content, window, path } = file;
  const bytes = content.read(0, content.sizeBytes);
  const offset = window?.offsetBytes ?? 0;
  const isLast = window === undefined || offset + bytes.length >= file.sizeBytes;
  const bounds = {
    from: offset === 0 ? 0 : Math.min(bytes.length, overlapBytes - reachBytes),
    to: isLast ? bytes.length : Math.max(0, bytes.length - reachBytes),
  };
  const { secrets: scanned, pemStarts } = scanForSecrets(bytes, path, bounds);
  const hits = offset === 0 ? [...scanned, ...secretFileHits(bytes, path)] : scanned;
  if (hits.length === 0 && pemStarts.length === 0) return nothing;
  const lineOf = lineCounter(bytes, window?.linesBefore ?? 0);
  const items: Item[] = [];
  const marks = [
    ...hits.map((hit) => ({ at: hit.start, hit })),
    ...pemStarts.map((at) => ({ at, hit: undefined as SecretHit | undefined })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, hit } of marks) {
    const item = hit === undefined ? pemItem(bytes, at, file, lineOf) : secretItem(hit, file, lineOf(at));
    if (item !== undefined) items.push(item);
  }
  return { items, problems: [] };
}

function secretItem({ rule, severity, secret }: SecretHit, { path }: CatalogFile, line: number): Item {
  return {
    kind: 'secret',
    path,
    rule: rule.id,
    title: rule.title,
    severity,
    redacted: redacted(secret),
    fingerprint: fingerprintOf(secret),
    line,
  };
}

function pemItem(bytes: Uint8Array, at: number, file: CatalogFile, lineOf: (at: number) => number): Item | undefined {
  if (bytes[at] !== 0x2d) return puttyKey(bytes, at, file, lineOf);
  const block = pemBlockAt(bytes, at);
  if (block === undefined) return undefined;
  if (block.label === 'CERTIFICATE' || block.label === 'TRUSTED CERTIFICATE' || block.label === 'X509 CERTIFICATE')
    return certificateItem(block.der, file.path);
  return pemPrivateKey(block, file.path, lineOf(at));
}

/** PuTTY's own format: `PuTTY-User-Key-File-3: ssh-ed25519`, `Encryption: none`, …, `Private-Lines: 1`. */
function puttyKey(
  bytes: Uint8Array,
  at: number,
  file: CatalogFile,
  lineOf: (at: number) => number,
): PrivateKeyItem | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(
    'latin1',
    at,
    Math.min(bytes.length, at + 8192),
  );
  const match = /^PuTTY-User-Key-File-[123]: [a-z0-9@.-]{3,40}\r?\nEncryption: ([a-z0-9-]{3,20})\r?\n/.exec(text);
  if (match === null || !/\nPrivate-Lines: [1-9]/.test(text)) return undefined;
  return { kind: 'private-key', path: file.path, format: 'putty', encrypted: match[1] !== 'none', line: lineOf(at) };
}

/** Line numbers of rising offsets, from 1, counting each newline once. */
function lineCounter(bytes: Uint8Array, linesBefore: number): (at: number) => number {
  let line = linesBefore + 1;
  let from = 0;
  return (at) => {
    for (let i = bytes.indexOf(10, from); i >= 0 && i < at; i = bytes.indexOf(10, i + 1)) {
      line++;
      from = i + 1;
    }
    return line;
  };
}
