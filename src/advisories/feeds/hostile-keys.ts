/**
 * Whether a parsed JSON value has a member that could reach an object's prototype (`__proto__`, or `prototype` under
 * `constructor`). Texts that merely speak of it, as advisories on prototype pollution do, are not meant. `source` is the
 * text that was parsed: nearly all of them don't hold the word and need no walk.
 */
export function hasPrototypeKey(source: string, value: unknown): boolean {
  if (!source.includes('proto') && !source.includes('\\u00')) return false;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    if (Array.isArray(next)) {
      for (const item of next) if (typeof item === 'object') waiting.push(item);
      continue;
    }
    for (const key of Object.keys(next)) {
      const member: unknown = Reflect.get(next, key);
      if (key === '__proto__') return true;
      if (key === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype'))
        return true;
      if (typeof member === 'object') waiting.push(member);
    }
  }
  return false;
}
