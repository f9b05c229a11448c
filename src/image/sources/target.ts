import { existsSync } from 'node:fs';

/**
 * Splits `path#selector` or `path@sha256:…`. A path that exists as it stands is never split, so names with `#` work.
 */
export function splitTarget(target: string): { readonly path: string; readonly selector?: string } {
  if (existsSync(target)) return { path: target };
  const hash = target.lastIndexOf('#');
  if (hash > 0) return { path: target.slice(0, hash), selector: target.slice(hash + 1) };
  const at = /@(sha(?:256|512):[0-9a-f]+)$/.exec(target);
  return at === null ? { path: target } : { path: target.slice(0, at.index), selector: at[1] };
}
