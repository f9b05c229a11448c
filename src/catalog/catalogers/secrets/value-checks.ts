import { crc32 } from 'node:zlib';
import type { CheckName } from './rule.ts';

/** Bits per character: 0 for one character repeated, about 4 for random hexadecimal, near 6 for random base64. */
export function shannonEntropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Whether a secret passes the check of that name. */
export function passes(check: CheckName, secret: string): boolean {
  switch (check) {
    case 'github-checksum':
      return hasChecksum(secret, 4);
    case 'npm-checksum':
      return hasChecksum(secret, 4);
    case 'jwt':
      return isJsonWebToken(secret);
    case 'basic-auth':
      return isBasicAuth(secret);
    case 'password':
      return secret.length >= 3 && !isPlaceholder(secret);
    case 'mixed':
      return /[0-9]/.test(secret) && /[A-Za-z]/.test(secret) && !isPlaceholder(secret);
    case 'not-example':
      return !isPlaceholder(secret) && /[a-z]/.test(secret) && /[A-Z]/.test(secret);
  }
}

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** The six base-62 digits that end a token of GitHub or npm: the CRC-32 of what stands between prefix and them. */
export function base62Checksum(body: string): string {
  let rest = crc32(body);
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = base62[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}

function hasChecksum(token: string, prefixLength: number): boolean {
  return base62Checksum(token.slice(prefixLength, -6)) === token.slice(-6);
}

/** The header says an algorithm; and it is not the example that every tutorial shows. */
function isJsonWebToken(token: string): boolean {
  const [header, payload] = token.split('.', 2).map((part) => Buffer.from(part, 'base64url').toString('latin1'));
  return (
    /"alg"\s*:\s*"[A-Za-z0-9+-]{2,20}"/.test(header!) &&
    !/"(?:sub|name)"\s*:\s*"(?:1234567890|John Doe)"/.test(payload!)
  );
}

/** Base64 of `user:password`, with a password that is one. */
function isBasicAuth(encoded: string): boolean {
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  return colon > 0 && /^[\x20-\x7e]+$/.test(text) && passes('password', text.slice(colon + 1));
}

const placeholderWords =
  /example|sample|dummy|placeholder|change[-_ ]?me|replace[-_ ]?(?:me|this)|insert|redacted|your[-_ ]|your[a-z]*(?:key|token|secret|pass)|xxxx|yyyy|0000000|1234567|abcdef|\*\*\*|\.\.\.|……|to[-_]?be[-_]?|fixme|todo|hunter2?$|foobar|lorem|not[-_]?(?:a[-_]?)?real|fake|mock|testing/i;
const exactPlaceholders =
  /^(?:pass(?:word|wd|phrase)?\d{0,3}|pwd|pw|secret|token|key|user(?:name)?|none|null|nil|true|false|undefined|empty|test|default|string|str|(?:repo|proxy)(?:pwd|pass)|passwords?|optional|required|auth|value|text|hidden|any|no|yes|my[-_]?(?:password|secret|token|key)|s3cr3t|tiger|p|x+|\?+|_+|-+|\.+)$/i;

/** What stands for a secret but is none: variables, templates, words of documentation, one character repeated. */
export function isPlaceholder(value: string): boolean {
  if (/^[$%<{[(#@&]|[>})\]]$|\$\{|\$\(|\{\{|<%|%\(|%[sdrv@]|^\{[A-Za-z_.]*\}|#\{/.test(value)) return true;
  return exactPlaceholders.test(value) || placeholderWords.test(value) || new Set(value).size < 3;
}
