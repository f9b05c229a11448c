import type { PackageItem } from '../../../model/index.ts';

/**
 * The source of a binary package: `Source: name` or `Source: name (version)` (deb-control(5)), name and version of the
 * package itself where they are not given. Undefined where both are the package's own.
 */
export function sourceOf(field: string | undefined, name: string, version: string): PackageItem['source'] {
  if (field === undefined || field === '') return undefined;
  const open = field.indexOf('(');
  const sourceName = (open < 0 ? field : field.slice(0, open)).trim();
  const close = open < 0 ? -1 : field.indexOf(')', open);
  const stated = open < 0 ? '' : field.slice(open + 1, close < 0 ? undefined : close).trim();
  const sourceVersion = stated === '' ? version : stated;
  if (sourceName === '' || (sourceName === name && sourceVersion === version)) return undefined;
  return { name: sourceName, version: sourceVersion };
}
