import type { AffectedBody, AffectedEntry } from './rows.ts';

interface Version<Body> {
  readonly modified: string;
  readonly body: Body;
}

/**
 * What an advisory says of a package, from the row that is there and the record that has come: the newer wins, equally
 * old ones are united in an order of their own. Undefined where the row stays as it is.
 */
export function mergeAffected(
  present: Version<string> | undefined,
  incoming: Version<AffectedBody>,
): string | undefined {
  if (present === undefined || present.modified < incoming.modified) return write(incoming.body.p, incoming.body.a);
  if (present.modified > incoming.modified) return undefined;
  const before = JSON.parse(present.body) as AffectedBody;
  const published = later(before.p, incoming.body.p);
  const merged = write(published, [...before.a, ...incoming.body.a]);
  return merged === present.body ? undefined : merged;
}

function write(published: string | undefined, entries: readonly AffectedEntry[]): string {
  if (entries.length === 1) return JSON.stringify({ p: published, a: entries });
  const texts = [...new Set(entries.map((entry) => JSON.stringify(entry)))].sort();
  return `{${published === undefined ? '' : `"p":${JSON.stringify(published)},`}"a":[${texts.join(',')}]}`;
}

function later(a: string | undefined, b: string | undefined): string | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
