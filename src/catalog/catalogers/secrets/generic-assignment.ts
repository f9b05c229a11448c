import { isPlaceholder, shannonEntropy } from './value-checks.ts';

/** Words in a name that say that its value is secret; found without regard to case. */
export const secretWords = [
  'passw',
  'passphrase',
  'secret',
  'token',
  'api_key',
  'apikey',
  'api-key',
  'access_key',
  'accesskey',
  'credential',
  'auth_key',
  'private_key',
  'encryption_key',
  '_pwd',
  'pwd=',
];

export interface Assignment {
  readonly name: string;
  readonly value: string;
  readonly isQuoted: boolean;
  /** Of the value, in the bytes. */
  readonly start: number;
  readonly end: number;
}

const maxName = 64;
const maxValue = 256;

/**
 * The assignment in whose name a secret word stands at `at`: `name = value`, `name: "value"`, `"name" => 'value'`,
 * `define('name', 'value')`, `--name=value`. Looks at 350 bytes at most; undefined where there is no such thing.
 */
export function assignmentAt(bytes: Uint8Array, at: number): Assignment | undefined {
  let end = at;
  while (isNameByte(bytes[end]) && end - at < maxName) end++;
  let i = end;
  if (bytes[i] === quote || bytes[i] === apostrophe) i++;
  if (bytes[i] === bracketClose) i++;
  i = skipBlanks(bytes, i);
  if (bytes[i] === comma && end < i && isQuote(bytes[end])) i++;
  else {
    if (bytes[i] !== equals && bytes[i] !== colon) return undefined;
    if (bytes[i] === colon && bytes[i + 1] === equals) i++;
    i++;
    if (bytes[i] === greater) i++;
    else if (bytes[i] === equals || bytes[i] === tilde || bytes[i] === colon) return undefined;
  }
  i = skipBlanks(bytes, i);
  const opener = bytes[i];
  const isQuoted = isQuote(opener);
  const start = isQuoted ? i + 1 : i;
  let stop = start;
  const limit = Math.min(bytes.length, start + maxValue);
  while (stop < limit && (isQuoted ? bytes[stop] !== opener && bytes[stop] !== 10 : isBareByte(bytes[stop]!))) stop++;
  if (stop === start || stop - start >= maxValue || (isQuoted && bytes[stop] !== opener)) return undefined;
  // A call, a member or an index goes on after a bare word: it is code, not a value.
  if (!isQuoted && (bytes[stop] === 40 || bytes[stop] === 91)) return undefined;
  let begin = at;
  while (begin > 0 && at - begin < maxName && isNameByte(bytes[begin - 1])) begin--;
  const text = (from: number, to: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1');
  return { name: text(begin, end), value: text(start, stop), isQuoted, start, end: stop };
}

const notSecretName =
  /(?:file|path|dir|url|uri|endpoint|name|names|id|ids|type|types|ttl|length|len|size|min|max|count|limit|expir\w*|timeout|lifetime|field|label|hint|prompt|input|text|title|message|msg|error|header|param|params|policy|policies|pattern|regexp?|format|algorithm|alg|hash|hashed|salt|validator|strength|enabled|required|optional|provider|source|store|manager|service|class|kind|index|position|start|end|line|offset|char|prefix|suffix|separator|version|scope|scopes|ref|env|var|usage|help|description|placeholder|option|options|rotation|mode|digest|sha\d*|checksum)s?$/i;
const secretName =
  /(?:passw(?:or)?d|passphrase|secret|token|api[-_.]?key|access[-_.]?key|credentials?|auth[-_.]?key|private[-_.]?key|encryption[-_.]?key|secret[-_.]?key|pwd)(?:[-_.]?(?:value|string|hex|base64|b64|key|\d{1,2}|prod(?:uction)?|dev(?:elopment)?|staging))?$/i;
const publicName =
  /public|csrf|xsrf|next[-_]?token|page[-_]?token|continuation|tokeni[sz]er|pad[-_]?token|sort|primary|foreign|unicode|password_?less/i;

/** Whether a name says that its value is secret: `DB_PASSWORD`, not `password_file`, `token_type` or `csrf_token`. */
export function isSecretName(name: string): boolean {
  return secretName.test(name) && !notSecretName.test(name) && !publicName.test(name);
}

/**
 * Whether a value may be a password or key that a person chose or a machine made, and not a word, a sentence, code, a
 * path or a variable. `strict` asks for what only made-up text has: digits among letters, and variety.
 */
export function isSecretValue(name: string, value: string, strict: boolean): boolean {
  if (value.length < (strict ? 8 : 3) || isPlaceholder(value)) return false;
  if (
    /[\s\x00-\x1f]/.test(value) ||
    /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\|https?:|file:|vault:|secret:|ref\+|arn:|!|env[:.]|process\.|os\.|self\.|this\.|config\.|settings\.)/i.test(
      value,
    )
  )
    return false;
  const bare = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (bare(name).includes(bare(value)) || bare(value) === '') return false;
  if (!strict) return true;
  if (!/[0-9]/.test(value) || !/[A-Za-z]/.test(value)) return false;
  // Dotted, dashed or camel-cased words with a digit somewhere are names: `oauth2.token`, `step-1`, `sha256`.
  if (
    /^[A-Za-z]+(?:[-_.:/][A-Za-z]+)*[-_.:/]?[0-9]{0,3}$/.test(value) ||
    /^[A-Za-z_]+[0-9]?(?:[-_.:/][A-Za-z_]+[0-9]?)+$/.test(value)
  )
    return false;
  if (/[(){}[\];,<>|\\^`"']/.test(value)) return false;
  const isPassword = /pass|pwd/i.test(name);
  return isPassword ? shannonEntropy(value) >= 2.5 : value.length >= 16 && shannonEntropy(value) >= 3.2;
}

const [quote, apostrophe, backtick, comma, colon, equals, greater, tilde, bracketClose] = [
  34, 39, 96, 44, 58, 61, 62, 126, 93,
] as const;

function isQuote(byte: number | undefined): boolean {
  return byte === quote || byte === apostrophe || byte === backtick;
}

function isNameByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return (lower >= 97 && lower <= 122) || (byte >= 48 && byte <= 57) || byte === 95 || byte === 45 || byte === 46;
}

/** Anything that can stand in a value without quotes. */
function isBareByte(byte: number): boolean {
  return (
    byte > 32 &&
    byte < 127 &&
    !isQuote(byte) &&
    byte !== 40 &&
    byte !== 41 &&
    byte !== 44 &&
    byte !== 59 &&
    byte !== 91 &&
    byte !== bracketClose &&
    byte !== 123 &&
    byte !== 125
  );
}

function skipBlanks(bytes: Uint8Array, from: number): number {
  let i = from;
  while ((bytes[i] === 32 || bytes[i] === 9) && i - from < 8) i++;
  return i;
}
