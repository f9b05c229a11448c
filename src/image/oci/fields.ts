import { CodedError } from '../../model/index.ts';
import type { JsonKind } from './json.ts';

/** A JSON object whose members have not been looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Own members only, so that `__proto__` and `constructor` in a document mean nothing. */
function member(object: JsonObject, key: string): unknown {
  const value = Object.hasOwn(object, key) ? object[key] : undefined;
  return value === null ? undefined : value;
}

export function wrong(kind: JsonKind, problem: string): CodedError {
  return new CodedError(kind.code, `${kind.what}: ${problem}`);
}

/** The value as an object. @throws CodedError where it is something else. */
export function objectOf(value: unknown, name: string, kind: JsonKind): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrong(kind, `${name} should be an object but is ${kindOf(value)}`);
  return value as JsonObject;
}

export function objectField(object: JsonObject, key: string, kind: JsonKind): JsonObject | undefined {
  const value = member(object, key);
  return value === undefined ? undefined : objectOf(value, `"${key}"`, kind);
}

export function textField(object: JsonObject, key: string, kind: JsonKind): string | undefined {
  const value = member(object, key);
  if (value === undefined || typeof value === 'string') return value;
  throw wrong(kind, `"${key}" should be text but is ${kindOf(value)}`);
}

/** A whole number from 0 up. */
export function countField(object: JsonObject, key: string, kind: JsonKind): number | undefined {
  const value = member(object, key);
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0))
    return value as number | undefined;
  throw wrong(
    kind,
    `"${key}" should be a whole number from 0 up but is ${typeof value === 'number' ? String(value) : kindOf(value)}`,
  );
}

export function arrayField(
  object: JsonObject,
  key: string,
  limit: number,
  kind: JsonKind,
): readonly unknown[] | undefined {
  const value = member(object, key);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw wrong(kind, `"${key}" should be a list but is ${kindOf(value)}`);
  if (value.length > limit) throw wrong(kind, `"${key}" has ${value.length} entries, more than the limit of ${limit}`);
  return value;
}

export function textListField(
  object: JsonObject,
  key: string,
  limit: number,
  kind: JsonKind,
): readonly string[] | undefined {
  const list = arrayField(object, key, limit, kind);
  for (const value of list ?? [])
    if (typeof value !== 'string') throw wrong(kind, `"${key}" should hold only text but holds ${kindOf(value)}`);
  return list as readonly string[] | undefined;
}

/** A map from text to text; null values, which some tools write, are left out. */
export function textMapField(
  object: JsonObject,
  key: string,
  limit: number,
  kind: JsonKind,
): Record<string, string> | undefined {
  const map = objectField(object, key, kind);
  if (map === undefined) return undefined;
  const entries = Object.entries(map);
  if (entries.length > limit)
    throw wrong(kind, `"${key}" has ${entries.length} entries, more than the limit of ${limit}`);
  const kept: [string, string][] = [];
  for (const [name, value] of entries) {
    if (value === null) continue;
    if (typeof value !== 'string') throw wrong(kind, `"${key}" should hold only text but holds ${kindOf(value)}`);
    kept.push([name, value]);
  }
  // fromEntries defines members instead of assigning them: a "__proto__" stays a plain name.
  return Object.fromEntries(kept);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'missing';
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'object' ? 'map' : typeof value}`;
}
