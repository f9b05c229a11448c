import type { Executable } from '../model/index.ts';
import { languagePackageManagers, shells, systemPackageManagers } from './command-names.ts';
import { sha256 } from './digest.ts';

const names: ReadonlySet<string> = new Set([...shells, ...systemPackageManagers, ...languagePackageManagers]);

/**
 * Whether a rule may have something to say of an executable, whatever its settings: of most there is nothing to say. Conditions in
 * CEL may speak of any.
 */
export function mayBreakRules({ mode, capabilities, place, links }: Executable): boolean {
  const isNamed = (path: string): boolean => names.has(path.slice(path.lastIndexOf('/') + 1));
  return (mode & 0o6000) !== 0 || capabilities !== undefined || isNamed(place.path ?? '') || links.some(isNamed);
}

/** Changes when `mayBreakRules` may say something else. */
export const askedExecutables = sha256([...names].sort().join('\n')).slice(0, 8);
