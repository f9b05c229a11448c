import { supportEnds } from './support.table.ts';

/** The last day of free security support of a release, `YYYY-MM-DD`; undefined where none is known (or it rolls). */
export function supportEndOf(id: string, version: string, prettyName = ''): string | undefined {
  const key = id === 'centos' && /\bstream\b/i.test(prettyName) ? 'centos-stream' : id === 'sle_hpc' ? 'sles' : id;
  if (!Object.hasOwn(supportEnds, key)) return undefined;
  const ends = supportEnds[key]!;
  const [major = '', minor] = version.split('.', 2);
  for (const candidate of minor === undefined ? [major, `${major}.0`] : [`${major}.${minor}`, major])
    if (Object.hasOwn(ends, candidate)) return ends[candidate];
  return undefined;
}
