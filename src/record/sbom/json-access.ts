/** Careful steps into parsed JSON that nobody has checked: what is not of the asked kind is not there. */

export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object, or undefined. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** The objects of a list; empty where it is none. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : [];
}

/** The value of an own member as text that is not empty and not absurdly long, or undefined. */
export function textOf(object: JsonObject | undefined, key: string, longest = 4096): string | undefined {
  const value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
  return typeof value === 'string' && value !== '' && value.length <= longest ? value : undefined;
}

/** The value of an own member, or undefined. */
export function memberOf(object: JsonObject | undefined, key: string): unknown {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}
