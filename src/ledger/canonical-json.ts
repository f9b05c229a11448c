import { CodedError } from '../model/index.ts';

/** A value that JSON can say. */
export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [name: string]: JsonValue | undefined };

const deepest = 32;

/**
 * The one way to write a value as JSON (RFC 8785): members sorted by UTF-16 code units, no spaces, numbers as ECMAScript
 * writes them. Members that are undefined are left out.
 * @throws CodedError `ledger-entry-refused` for what has no such form: NaN, half a surrogate pair, more than 32 levels.
 */
export function canonicalJson(value: JsonValue, depth = 0): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw refused('holds text with half a character (a lone surrogate)');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refused(`holds the number ${value}, which JSON cannot say`);
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (depth >= deepest) throw refused(`is nested more than ${deepest} levels deep`);
  if (isList(value)) return `[${value.map((item) => canonicalJson(item, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw refused(`holds a ${typeof value}, which JSON cannot say`);
  let text = '';
  for (const name of Object.keys(value).sort()) {
    const member = value[name];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${canonicalJson(name)}:${canonicalJson(member, depth + 1)}`;
  }
  return `{${text}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function refused(why: string): CodedError {
  return new CodedError('ledger-entry-refused', `the ledger does not take an entry that ${why}`);
}
