/** A JSON object whose members have not been looked at. */
export type Members = Readonly<Record<string, unknown>>;

export function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** Own members only, so that `__proto__` in a document means nothing. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let here: unknown = value;
  for (const key of path) {
    const members = membersOf(here);
    if (members === undefined || !Object.hasOwn(members, key)) return undefined;
    here = members[key];
  }
  return here;
}

/** A text of at most 4,096 characters; undefined for anything else and for an empty one. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === 'string' && found !== '' && found.length <= 4096 ? found : undefined;
}

/** The first entries of a list; none where there is no list. */
export function listAt(value: unknown, limit: number, ...path: readonly string[]): readonly unknown[] {
  const found = member(value, ...path);
  return Array.isArray(found) ? found.slice(0, limit) : [];
}
