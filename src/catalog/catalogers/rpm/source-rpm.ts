import type { PackageItem } from '../../../model/index.ts';
import { isPlausibleText } from '../../package-text.ts';

/**
 * The source package from the file name of a source RPM, `name-version-release.src.rpm`, with the package's own epoch,
 * which the name lacks. Undefined where it has none or is the package itself.
 */
export function sourceOf(
  sourceRpm: string | undefined,
  { name, version, epoch }: { name: string; version: string; epoch: number | undefined },
): PackageItem['source'] {
  if (!isPlausibleText(sourceRpm)) return undefined;
  const stem = sourceRpm.replace(/\.(?:no)?src\.rpm$/, '');
  const beforeRelease = stem.lastIndexOf('-');
  const beforeVersion = stem.lastIndexOf('-', beforeRelease - 1);
  if (stem === sourceRpm || beforeVersion <= 0) return undefined;
  const sourceVersion = `${epoch === undefined ? '' : `${epoch}:`}${stem.slice(beforeVersion + 1)}`;
  const sourceName = stem.slice(0, beforeVersion);
  return sourceName === name && sourceVersion === version ? undefined : { name: sourceName, version: sourceVersion };
}

/** `name:stream` of a module label `name:stream:version:context[:architecture]`. */
export function modularityOf(label: string | undefined): string | undefined {
  if (!isPlausibleText(label)) return undefined;
  const [name = '', stream = ''] = label.split(':', 2);
  return name === '' || stream === '' ? undefined : `${name}:${stream}`;
}
