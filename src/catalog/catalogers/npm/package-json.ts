import type { PackageItem } from '../../../model/index.ts';
import { fileProblem, nothing, wholeFile } from '../../cataloger.ts';
import type { CatalogFile, CatalogResult } from '../../cataloger.ts';
import { declaredLicenses, isPlausibleText, textOf } from '../../package-text.ts';
import { isVersion } from './locked-package.ts';
import { isTestData, manifestPlace } from './manifest-place.ts';

const maxManifestBytes = 1024 * 1024;

/**
 * The package that a `package.json` is the manifest of. Below node_modules only those count that stand where npm looks for
 * them, and one of those that can't be read is a problem; elsewhere one counts that has both a name and a version.
 */
export function packageJson(file: CatalogFile): CatalogResult {
  const place = manifestPlace(file.path);
  if (place === 'inside' || (place === 'outside' && isTestData(file.path))) return nothing;
  const bytes = wholeFile(file, maxManifestBytes);
  if (bytes === undefined)
    return place === 'package' ? unreadable(file, `it is larger than ${maxManifestBytes} bytes`) : nothing;
  let manifest: unknown;
  try {
    manifest = JSON.parse(textOf(bytes));
  } catch {
    return place === 'package' ? unreadable(file, 'it is not JSON') : nothing;
  }
  if (!isObject(manifest)) return place === 'package' ? unreadable(file, 'it is not a JSON object') : nothing;
  const { name, version } = manifest;
  if (!isPlausibleText(name) || !isPlausibleText(version) || !isVersion(version)) return nothing;
  const licenses = declaredLicenses(licensesOf(manifest));
  const item: PackageItem = { kind: 'package', name, version, path: file.path, evidence: 'installed' };
  return { items: [licenses === undefined ? item : { ...item, licenses }], problems: [] };
}

/** `license` is an SPDX expression, once was an object or array; `licenses` is the old array of objects. */
function* licensesOf(manifest: Readonly<Record<string, unknown>>): Generator<unknown> {
  for (const field of [manifest['license'], manifest['licenses']]) {
    for (const one of Array.isArray(field) ? field.slice(0, 20) : [field])
      yield isObject(one) ? (one['type'] ?? one['name']) : one;
  }
}

function unreadable(file: CatalogFile, message: string): CatalogResult {
  const problem = { code: 'unreadable-package-manifest', message, hides: 'packages' } as const;
  return { items: [], problems: [fileProblem('npm', file, problem)] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
