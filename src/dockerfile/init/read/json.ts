import { CodedError } from '../../../model/index.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A JSON file of the project that must be an object. Throws `project-file-invalid`. */
export function readJson(text: string, file: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CodedError('project-file-invalid', `${file} is not JSON: ${(error as Error).message}`, {
      hint: 'mend the file, then run it again',
      cause: error,
    });
  }
  if (!isObject(value)) throw new CodedError('project-file-invalid', `${file} holds no object`);
  return value;
}

/** A member that is text, or undefined. */
export function textAt(value: unknown, ...keys: readonly string[]): string | undefined {
  const found = valueAt(value, keys);
  return typeof found === 'string' ? found : undefined;
}

/** A member that is an object; an empty one where there is none. */
export function objectAt(value: unknown, ...keys: readonly string[]): JsonObject {
  const found = valueAt(value, keys);
  return isObject(found) ? found : {};
}

/** A member that is a list; an empty one where there is none. */
export function listAt(value: unknown, ...keys: readonly string[]): readonly unknown[] {
  const found = valueAt(value, keys);
  return Array.isArray(found) ? found : [];
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = isObject(found) && Object.hasOwn(found, key) ? found[key] : undefined;
  return found;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
