import { JsonRefused, parseBoundedJson } from '../formats/json/index.ts';
import { CodedError } from '../model/index.ts';

/**
 * Members of what a host answers. Hosts lie, are old, are new: what is of another type than it should be is as if it were not
 * there, so that one odd container hides no other. Texts and lists are cut to a length.
 */

const longestText = 4096;
const mostEntries = 1000;

/** The value at a path of own members. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string, unknown>)[name];
  }
  return here;
}

export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found.slice(0, longestText) : undefined;
}

export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : undefined;
}

export function flagAt(value: unknown, ...path: readonly string[]): boolean | undefined {
  const found = at(value, ...path);
  return typeof found === 'boolean' ? found : undefined;
}

/** A list, cut at 1,000 entries unless told otherwise. */
export function listAt(value: unknown, path: readonly string[], most = mostEntries): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found.slice(0, most) as unknown[]) : [];
}

export function textsAt(value: unknown, ...path: readonly string[]): readonly string[] {
  return listAt(value, path).flatMap((each) => (typeof each === 'string' ? [each.slice(0, longestText)] : []));
}

/** A map of texts, such as labels. */
export function labelsAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const found = at(value, ...path);
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return {};
  return Object.fromEntries(
    Object.entries(found)
      .filter((entry): entry is [string, string] => typeof entry[1] === 'string')
      .slice(0, mostEntries)
      .map(([name, text]) => [name.slice(0, longestText), text.slice(0, longestText)]),
  );
}

/** A time that can have been: not before 2000, where zeros lie, and not in the future. */
export function timeAt(value: unknown, path: readonly string[], now: Date): Date | undefined {
  return timeOf(textAt(value, ...path), now);
}

function timeOf(text: string | undefined, now: Date): Date | undefined {
  const ms = text === undefined ? NaN : Date.parse(text);
  if (Number.isNaN(ms) || ms < Date.UTC(2000, 0)) return undefined;
  return new Date(Math.min(ms, now.getTime()));
}

/** What was answered, as values. @throws CodedError `bad-source-answer` */
export function parseAnswer(bytes: Uint8Array, what: string): unknown {
  try {
    return parseBoundedJson(bytes, { maxBytes: Infinity, maxDepth: 64 });
  } catch (cause) {
    if (!(cause instanceof JsonRefused)) throw cause;
    throw badAnswer(`${what} ${cause.message}`, cause);
  }
}

export function badAnswer(message: string, cause?: unknown): CodedError {
  return new CodedError('bad-source-answer', message, { cause });
}

/** `sha256:…` in a text, at its end: as `repo@sha256:…`, `docker-pullable://…` and image ids have it. */
export function digestIn(text: string | undefined): string | undefined {
  return text === undefined ? undefined : /(?:^|[@/])(sha256:[0-9a-f]{64})$/.exec(text)?.[1];
}
