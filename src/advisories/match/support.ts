import type { OperatingSystem } from '../../model/index.ts';
import type { AdvisoryDatabase } from '../database/advisory-database.ts';

/** endoflife.date's product for an os-release ID, where they differ; and whether long-term support is free to all. */
const products: ReadonlyMap<string, { readonly product: string; readonly freeExtended?: boolean }> = new Map([
  ['debian', { product: 'debian', freeExtended: true }],
  ['alpine', { product: 'alpine-linux' }],
  ['rocky', { product: 'rocky-linux' }],
  ['amzn', { product: 'amazon-linux' }],
  ['ol', { product: 'oracle-linux' }],
  ['opensuse-leap', { product: 'opensuse' }],
  ['linuxmint', { product: 'linuxmint' }],
  ['mariner', { product: 'azure-linux' }],
  ['azurelinux', { product: 'azure-linux' }],
]);

/**
 * The day on which the vendor's security support of an operating system ends (with its long-term support, where that is
 * free), by the database's end-of-life data; undefined where it says nothing.
 */
export function supportEndOf(system: OperatingSystem, database: AdvisoryDatabase): string | undefined {
  const { product, freeExtended = false } = products.get(system.id) ?? { product: system.id };
  const cycles = database.supportCycles(product);
  const exact = cycles
    .filter(({ cycle }) => system.version === cycle || system.version.startsWith(`${cycle}.`))
    .sort((a, b) => b.cycle.length - a.cycle.length)[0];
  if (exact === undefined) return undefined;
  return freeExtended ? (exact.extended ?? exact.ends) : exact.ends;
}
