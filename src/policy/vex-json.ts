/** Where what can't be used in a VEX document is named. */
export interface Reader {
  readonly name: string;
  complain(text: string): void;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON object, its own members only; undefined for anything else. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

/** A text of a sensible length. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 10_000 ? value : undefined;
}

/** A list; empty for anything else. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** An own member of a JSON object. */
export function member(object: JsonObject | undefined, name: string): unknown {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}
