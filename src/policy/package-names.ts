import type { Package } from '../model/index.ts';
import { matchesPattern } from './pattern.ts';
import { isInRange, type RangeAnswer, type VersionRange } from './version-range.ts';

/** As much of a package as its names need. */
export type NamedPackage = Pick<Package, 'name' | 'version' | 'purl' | 'source'>;

/** The names by which patterns may know a package: bare, with version, its source package's, and its purl. */
export function packageNames(found: NamedPackage): readonly string[] {
  return [...ownNames(found), ...sourceNames(found)];
}

function ownNames({ name, version, purl }: NamedPackage): string[] {
  const names = [name, `${name}@${version}`, purl];
  const bare = purl.split(/[?#]/, 1)[0]!;
  if (bare !== purl) names.push(bare);
  const at = bare.lastIndexOf('@');
  if (at > 0) names.push(bare.slice(0, at));
  return names;
}

function sourceNames({ name, source }: NamedPackage): string[] {
  return source === undefined || source.name === name ? [] : [source.name, `${source.name}@${source.version}`];
}

/**
 * Whether a pattern means a package, in one of the versions of the range where there is one. The range is about the
 * version of whatever the pattern names: the source package has its own.
 */
export function meansPackage(pattern: string, range: VersionRange | undefined, found: Package): RangeAnswer {
  const isNamed = (name: string): boolean => matchesPattern(pattern, name);
  const isItself = ownNames(found).some(isNamed);
  if (!isItself && !sourceNames(found).some(isNamed)) return false;
  if (range === undefined) return true;
  return isInRange(range, isItself ? found.version : (found.source?.version ?? ''), found.scheme);
}
