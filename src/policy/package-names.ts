import type { Package } from '../model/index.ts';

/** The names by which patterns may know a package: bare, with version, its source package's, and its purl. */
export function packageNames({ name, version, purl, source }: Package): readonly string[] {
  const names = [name, `${name}@${version}`, purl];
  const bare = purl.split(/[?#]/, 1)[0]!;
  if (bare !== purl) names.push(bare);
  const at = bare.lastIndexOf('@');
  if (at > 0) names.push(bare.slice(0, at));
  if (source !== undefined && source.name !== name) names.push(source.name, `${source.name}@${source.version}`);
  return names;
}
