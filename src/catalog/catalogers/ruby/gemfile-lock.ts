import { isPlausibleText } from '../../package-text.ts';

/** A gem that a Gemfile.lock pins. */
export interface LockedGem {
  readonly name: string;
  readonly version: string;
}

/**
 * Reads bundler's lock file: the gems of its GEM, GIT and PLUGIN SOURCE sections, those of several platforms once. PATH is the project
 * itself. Undefined where it has none of a lock file's sections, or holds merge conflicts. `whole` is false where
 * the section that bundler writes behind the gems is missing.
 */
export function readGemfileLock(text: string): { gems: LockedGem[]; whole: boolean } | undefined {
  const gems = new Map<string, LockedGem>();
  let section = '';
  let known = false;
  let whole = false;
  for (let start = 0; start < text.length;) {
    let end = text.indexOf('\n', start);
    if (end < 0) end = text.length;
    const line = text.slice(start, end).trimEnd();
    start = end + 1;
    if (line === '') continue;
    if (line[0] !== ' ') {
      if (line.startsWith('<<<<<<<')) return undefined;
      section = line;
      whole ||= section === 'DEPENDENCIES';
      known ||= section === 'GEM' || section === 'GIT' || section === 'PATH' || section === 'PLATFORMS';
      continue;
    }
    // Four blanks: a gem; six: what it depends on.
    if (section === 'PATH' || !line.startsWith('    ') || line[4] === ' ') continue;
    const gem = gemOf(line.slice(4));
    if (gem !== undefined) gems.set(`${gem.name} ${gem.version}`, gem);
  }
  return known ? { gems: [...gems.values()], whole } : undefined;
}

/** `nokogiri (1.13.1-x86_64-linux)` */
function gemOf(text: string): LockedGem | undefined {
  const open = text.indexOf(' (');
  if (open <= 0 || !text.endsWith(')')) return undefined;
  const name = text.slice(0, open);
  const version = text.slice(open + 2, -1).split('-', 1)[0]!;
  return isPlausibleText(name) && isPlausibleText(version) && /^\d/.test(version) ? { name, version } : undefined;
}
