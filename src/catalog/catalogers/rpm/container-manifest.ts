import type { PackageItem } from '../../../model/index.ts';
import type { CatalogFile } from '../../cataloger.ts';
import { wholeFile } from '../../cataloger.ts';
import { isPlausibleText } from '../../package-text.ts';
import { sourceOf } from './source-rpm.ts';

const maxBytes = 16 << 20;

/**
 * The list of packages that distroless images of Azure Linux (Mariner) have in place of a database: a line each of name,
 * version-release, times, vendor, epoch word, size, architecture, epoch and source RPM, apart by tabs.
 */
export function readContainerManifest(file: CatalogFile): { items: PackageItem[]; brokenLines: number } | string {
  const bytes = wholeFile(file, maxBytes);
  if (bytes === undefined) return `its ${file.content.sizeBytes} bytes are more than we read`;
  const items: PackageItem[] = [];
  let brokenLines = 0;
  for (const line of Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8').split('\n')) {
    if (line === '') continue;
    const [name, version, , , vendor, , size, arch, epochText, sourceRpm] = line.split('\t', 11);
    if (!isPlausibleText(name) || !isPlausibleText(version) || !isPlausibleText(arch)) {
      brokenLines++;
      continue;
    }
    const epoch = Number(epochText) > 0 ? Number(epochText) : undefined;
    const fullVersion = epoch === undefined ? version : `${epoch}:${version}`;
    const source = sourceOf(sourceRpm, { name, version: fullVersion, epoch });
    items.push({
      kind: 'package',
      name,
      version: fullVersion,
      path: file.path,
      evidence: 'installed',
      arch,
      ...(source === undefined ? {} : { source }),
      ...(isPlausibleText(vendor) && vendor !== '(none)' ? { vendor } : {}),
      ...(Number.isSafeInteger(Number(size)) && Number(size) > 0 ? { size: Number(size) } : {}),
    });
  }
  return { items, brokenLines };
}
