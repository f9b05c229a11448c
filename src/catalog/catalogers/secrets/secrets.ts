import { certificateItem } from '../../certificate-item.ts';
import { pemPrivateKey } from '../../private-key-item.ts';
import { pemBlockAt } from '../../../formats/pem/index.ts';
import type { Item, PrivateKeyItem } from '../../../model/index.ts';
import { type Cataloger, type CatalogFile, type CatalogResult, nothing, windowOverlapBytes } from '../../cataloger.ts';
import { utf16Order, utf16ToUtf8 } from '../../utf16.ts';
import { secretFileHits } from './secret-files.ts';
import { fingerprintOf, redacted } from './redact.ts';
import { scanForSecrets, type SecretHit } from './secret-scanner.ts';
import { Untold } from './untold.ts';

/**
 * Credentials, PEM private keys and PEM certificates in text, found in one pass over its bytes.
 */
export const secrets: Cataloger = {
  name: 'secrets',
  version: 2,
  summary: 'Credentials in text files, values redacted; private keys and certificates in PEM',
  packages: [],
  claims: [{ content: 'text' }],
  catalog,
};

/** Each window reports what starts up to 16 KiB before its end, so that nothing is said twice. */
const reachBytes = 16 << 10;
/** Of one text or window: what is beyond is counted and said to be untold. */
const maxOfOneRule = 100;
const maxPemBlocks = 1000;

function catalog(file: CatalogFile): CatalogResult {
  const { window, path } = file;
  const { bytes, bounds } = textOf(file);
  const { secrets: scanned, pemStarts, missingFrom } = scanForSecrets(bytes, path, bounds);
  const hits = [...scanned, ...secretFileHits(bytes, path, bounds)];
  if (hits.length === 0 && pemStarts.length === 0) return nothing;
  const lineOf = lineCounter(bytes, window?.linesBefore ?? 0);
  const items: Item[] = [];
  const untold = new Untold();
  const counts = new Map<string, number>();
  const count = (what: string): number => {
    const so = (counts.get(what) ?? 0) + 1;
    counts.set(what, so);
    return so;
  };
  const marks = [
    ...hits.map((hit) => ({ at: hit.start, hit })),
    ...pemStarts.map((at) => ({ at, hit: undefined as SecretHit | undefined })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, hit } of marks) {
    if (hit !== undefined) {
      if (count(hit.rule.id) > maxOfOneRule) untold.secret(hit.rule.id, lineOf(at));
      else items.push(secretItem(hit, file, lineOf(at)));
    } else if (count('-----BEGIN') > maxPemBlocks) untold.pemBlock(bytes, at, lineOf);
    else {
      const item = pemItem(bytes, at, file, lineOf);
      if (item !== undefined) items.push(item);
    }
  }
  if (missingFrom !== undefined) untold.rest(lineCounter(bytes, window?.linesBefore ?? 0)(missingFrom));
  return { items, problems: untold.problems(file, { maxOfOneRule, maxPemBlocks }) };
}

/** The text of a file or window, UTF-16 as UTF-8, and where in it a secret may start that is not another window's. */
function textOf(file: CatalogFile): { readonly bytes: Uint8Array; readonly bounds: { from: number; to: number } } {
  const { content, window, head, sizeBytes } = file;
  const raw = content.read(0, content.sizeBytes);
  const offset = window?.offsetBytes ?? 0;
  const isLast = window === undefined || offset + raw.length >= sizeBytes;
  const from = offset === 0 ? 0 : Math.min(raw.length, windowOverlapBytes - reachBytes);
  const to = isLast ? raw.length : Math.max(0, raw.length - reachBytes);
  const order = utf16Order(head);
  if (order === undefined) return { bytes: raw, bounds: { from, to } };
  const mark = offset === 0 ? 2 : 0;
  const { bytes, offsetOf } = utf16ToUtf8(raw.subarray(mark), order);
  return { bytes, bounds: { from: offsetOf(Math.max(0, from - mark)), to: offsetOf(Math.max(0, to - mark)) } };
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
