import type { SecretItem } from '../../../model/index.ts';
import type { Keyword } from './filter/fingerprints.ts';
import { KeywordFilter } from './filter/keyword-filter.ts';
import { filePlace, type FilePlace, isSourceCode } from './file-place.ts';
import { assignmentAt, isSecretName, isSecretValue, secretWords } from './generic-assignment.ts';
import type { SecretRule } from './rule.ts';
import { secretRules } from './rules/index.ts';
import { passes, shannonEntropy } from './value-checks.ts';

/** A secret in some bytes. */
export interface SecretHit {
  readonly rule: Pick<SecretRule, 'id' | 'title'>;
  readonly severity: SecretItem['severity'];
  readonly secret: string;
  /** Of the secret, in the bytes. */
  readonly start: number;
  readonly end: number;
}

export interface ScanResult {
  readonly secrets: SecretHit[];
  /** Where `-----BEGIN ` stands. */
  readonly pemStarts: number[];
  /** Set where there was more than is kept: where the first of the keywords stands that the others were met at. */
  readonly missingFrom?: number;
}

interface CompiledRule {
  readonly rule: SecretRule;
  readonly shape: RegExp;
}

const pemKeywords = ['-----BEGIN ', 'PuTTY-User-Key-File-'];
/** More in one text are not kept: it is hostile, or no text. */
const maxHits = 10_000;
const genericRule = { id: 'generic-secret', title: 'Password, token or key in an assignment' };

/** Finds credentials in text: one pass of the keyword filter, then each rule only around its own keywords. */
class SecretScanner {
  readonly #filter: KeywordFilter;
  /** By keyword index. */
  readonly #rules: readonly KeywordEntry['rules'][];

  constructor() {
    const entries = keywordEntries();
    this.#rules = entries.map(({ rules }) => rules);
    this.#filter = new KeywordFilter(entries);
  }

  /** Secrets of a text whose path says what it is; `from` and `to` bound where they may start. */
  scan(bytes: Uint8Array, path: string, bounds: { from: number; to: number }): ScanResult {
    let found: TextFindings | undefined;
    this.#filter.scan(bytes, (start, keyword) => {
      if (start < bounds.from || start >= bounds.to) return;
      (found ??= new TextFindings(bytes, path)).keyword(start, this.#rules[keyword]);
    });
    return found === undefined ? nothingFound : found.result();
  }
}

const nothingFound: ScanResult = { secrets: [], pemStarts: [] };

/** What is found in one text: made at its first keyword, since most have none. */
class TextFindings {
  readonly #text: Buffer;
  readonly #path: string;
  readonly #hits: SecretHit[] = [];
  readonly #pemStarts: number[] = [];
  readonly #seenNames = new Set<number>();
  #missingFrom: number | undefined;
  #place: FilePlace | undefined;

  constructor(bytes: Uint8Array, path: string) {
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#path = path;
  }

  /** Asks the rules of a keyword that starts there. */
  keyword(start: number, rules: KeywordEntry['rules']): void {
    if (rules === null) this.#pemStarts.push(start);
    else if (rules === undefined) this.#assignment(start);
    else for (const compiled of rules) this.#shaped(start, compiled);
  }

  result(): ScanResult {
    return {
      secrets: withoutOverlaps(this.#hits),
      pemStarts: this.#pemStarts,
      ...(this.#missingFrom === undefined ? {} : { missingFrom: this.#missingFrom }),
    };
  }

  #assignment(start: number): void {
    const hit = genericHit(this.#text, start, this.#placeOfFile(), this.#path);
    if (hit === undefined || this.#seenNames.has(hit.start)) return;
    this.#seenNames.add(hit.start);
    this.#keep(hit, start);
  }

  #shaped(start: number, { rule, shape }: CompiledRule): void {
    const hit = shapedHit(this.#text, start, rule, shape, this.#path);
    if (hit === undefined) return;
    const place = this.#placeOfFile();
    if (place !== 'own' && (rule.generic || rule.check === 'password' || rule.check === 'basic-auth')) return;
    this.#keep(place === 'documentation' || place === 'test' ? { ...hit, severity: 'low' } : hit, start);
  }

  #placeOfFile(): FilePlace {
    return (this.#place ??= filePlace(this.#path));
  }

  #keep(hit: SecretHit, keywordAt: number): void {
    if (this.#hits.length < maxHits) this.#hits.push(hit);
    else this.#missingFrom = Math.min(this.#missingFrom ?? keywordAt, keywordAt);
  }
}

interface KeywordEntry extends Keyword {
  /** The rules to ask; undefined for the words of assignments, null for PEM headers. */
  readonly rules: readonly CompiledRule[] | undefined | null;
}

/** Every keyword once, with the rules that it stands for. */
function keywordEntries(): KeywordEntry[] {
  const byKeyword = new Map<string, Keyword & { rules: CompiledRule[] }>();
  for (const rule of secretRules) {
    const ignoreCase = rule.ignoreCase === true;
    const compiled = { rule, shape: new RegExp(rule.shape, ignoreCase ? 'diy' : 'dy') };
    for (const text of rule.keywords) {
      const key = ignoreCase ? `i${text.toLowerCase()}` : `c${text}`;
      const known = byKeyword.get(key);
      if (known === undefined) byKeyword.set(key, { text, ignoreCase, rules: [compiled] });
      else known.rules.push(compiled);
    }
  }
  return [
    ...byKeyword.values(),
    ...secretWords.map((text) => ({ text, ignoreCase: true, rules: undefined })),
    ...pemKeywords.map((text) => ({ text, ignoreCase: false, rules: null })),
  ];
}

/** What the filter looks for: for measuring it alone. */
export function secretKeywords(): readonly Keyword[] {
  return keywordEntries();
}

function shapedHit(text: Buffer, start: number, rule: SecretRule, shape: RegExp, path: string): SecretHit | undefined {
  if (rule.path !== undefined && !rule.path.test(path)) return undefined;
  if (rule.keywords[0] === '://' && !hasUserInfo(text, start + 3)) return undefined;
  const lead = Math.min(start, rule.lead ?? 0);
  const isToken = rule.lead === undefined && rule.ignoreCase !== true;
  if (isToken && isWordByte(text[start]) && start > 0 && isWordByte(text[start - 1])) return undefined;
  // One more byte in front lets a shape with a lead see what stands before it.
  const back = Math.min(start, lead + (lead > 0 ? 1 : 0));
  const window = text.toString('latin1', start - back, Math.min(text.length, start + (rule.reach ?? 400)));
  shape.lastIndex = back;
  const match = shape.exec(window);
  if (match === null) return undefined;
  const [from, to] = secretRange(match);
  const secret = window.slice(from, to);
  if (rule.minEntropy !== undefined && shannonEntropy(secret) < rule.minEntropy) return undefined;
  if (rule.check !== undefined && !passes(rule.check, secret)) return undefined;
  if (/EXAMPLE|xxxxxx|XXXXXX|\*\*\*\*|(.)\1{9}/.test(secret) && rule.id !== 'twitter-secret') return undefined;
  if (rule.keywords[0] === '://' && isExampleHost(window, match.index + match[0].length - 1)) return undefined;
  return { rule, severity: rule.severity, secret, start: start - back + from, end: start - back + to };
}

function genericHit(text: Buffer, at: number, place: FilePlace, path: string): SecretHit | undefined {
  if (place !== 'own') return undefined;
  const found = assignmentAt(text, at);
  if (found === undefined || !isSecretName(found.name)) return undefined;
  const isCode = isSourceCode(path);
  if (isCode && !found.isQuoted) return undefined;
  const isStrict = isCode || !isConfiguration.test(path);
  if (!isSecretValue(found.name, found.value, isStrict)) return undefined;
  const severity = isSecretValue(found.name, found.value, true) ? 'medium' : 'low';
  return { rule: genericRule, severity, secret: found.value, start: found.start, end: found.end };
}

/** Files in which a weak password is still one. */
const isConfiguration =
  /(?:\/\.env[^/]{0,30}|\.env|\.my\.cnf|\.pypirc|\.s3cfg|\.boto|\/credentials|\.properties|\.ini|\/\.netrc)$/i;

/** The first group; or all from the group `head`, which stands before the keyword, to the end; or all. */
function secretRange(match: RegExpExecArray): [number, number] {
  const indices = match.indices!;
  const head = indices.groups?.['head'];
  if (head !== undefined) return [head[0], indices[0]![1]];
  return indices[1] ?? indices[0]!;
}

/** `user:password@` follows, before anything that ends an authority (RFC 3986 § 3.2). Looks at 200 bytes. */
function hasUserInfo(text: Buffer, from: number): boolean {
  const limit = Math.min(text.length, from + 200);
  let hasColon = false;
  for (let i = from; i < limit; i++) {
    const byte = text[i]!;
    if (byte === 58) hasColon = true;
    else if (byte === 64) return hasColon;
    else if (byte <= 32 || byte === 47 || byte === 34 || byte === 39 || byte === 60 || byte === 62 || byte === 96)
      return false;
  }
  return false;
}

function isExampleHost(window: string, from: number): boolean {
  return /^(?:[a-z0-9-]{1,40}\.){0,4}example(?:\.(?:com|org|net))?(?![a-z0-9-])|^(?:host(?:name)?|server|domain|foo|bar|my(?:host|server|domain))(?:\.(?:com|org))?(?![a-z0-9.-])/i.test(
    window.slice(from, from + 200),
  );
}

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return (lower >= 97 && lower <= 122) || (byte >= 48 && byte <= 57) || byte === 95;
}

/** In the order of the text; of two that overlap the one whose rule knows more: any before the assignment. */
function withoutOverlaps(hits: readonly SecretHit[]): SecretHit[] {
  if (hits.length < 2) return [...hits];
  const rank = (hit: SecretHit): number => (hit.rule === genericRule ? 1 : 0);
  const kept: SecretHit[] = [];
  for (const hit of [...hits].sort((a, b) => a.start - b.start || rank(a) - rank(b))) {
    const last = kept.at(-1);
    if (last === undefined || last.end <= hit.start) kept.push(hit);
    else if (rank(hit) < rank(last)) kept[kept.length - 1] = hit;
  }
  return kept;
}

let scanner: SecretScanner | undefined;

/** Secrets and PEM headers in a text. The scanner is made on first use and holds no text afterwards. */
export function scanForSecrets(bytes: Uint8Array, path: string, bounds = { from: 0, to: bytes.length }): ScanResult {
  scanner ??= new SecretScanner();
  return scanner.scan(bytes, path, bounds);
}
