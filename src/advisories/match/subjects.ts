import type { Package } from '../../model/index.ts';

/** A name and version as an ecosystem's advisories speak of them. */
export interface Subject {
  readonly name: string;
  readonly version: string;
}

/**
 * What to look up for a package. Debian's and Alpine's advisories speak of source packages and their versions; those of
 * RPM distributions of binary packages or of sources, depending on the publisher.
 */
export function subjectsOf({ type, name, version, source }: Package): readonly Subject[] {
  const own = { name, version };
  if (source === undefined) return [own];
  const origin = { name: source.name, version: source.version === '' ? version : source.version };
  if (type !== 'rpm') return [origin];
  return origin.name === name ? [own] : [own, origin];
}
