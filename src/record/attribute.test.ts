import { describe, expect, test } from 'vitest';
import type { ImagePath, PackageItem } from '../model/index.ts';
import { attributeItems, type LayeredItem } from './attribute.ts';

const database = '/var/lib/dpkg/status' as ImagePath;

function installed(name: string, version: string, path = database): PackageItem {
  return { kind: 'package', name, version, path, evidence: 'installed' };
}

function layered(layer: number, hiddenBy: number | undefined, ...items: PackageItem[]): LayeredItem[] {
  return items.map((item) => ({ cataloger: 'dpkg', layer, item, ...(hiddenBy === undefined ? {} : { hiddenBy }) }));
}

function told(items: readonly LayeredItem[]): string[] {
  return attributeItems(items)
    .map(
      ({ item, layer, deletedIn }) =>
        `${(item as PackageItem).name} ${(item as PackageItem).version} from ${layer}${deletedIn === undefined ? '' : `, gone in ${deletedIn}`}`,
    )
    .sort();
}

describe('attributing items to layers', () => {
  test('gives each package of a rewritten database to the lowest layer that has it without a break', () => {
    expect(
      told([
        ...layered(0, 2, installed('libc6', '2.36'), installed('openssl', '3.0.11')),
        ...layered(2, 5, installed('libc6', '2.36'), installed('openssl', '3.0.11'), installed('curl', '7.88')),
        ...layered(5, undefined, installed('libc6', '2.36'), installed('openssl', '3.0.14'), installed('curl', '7.88')),
      ]),
    ).toEqual(['curl 7.88 from 2', 'libc6 2.36 from 0', 'openssl 3.0.11 from 0, gone in 5', 'openssl 3.0.14 from 5']);
  });

  test('calls a package that was removed and came back new from where it came back', () => {
    expect(
      told([
        ...layered(0, 1, installed('nano', '7')),
        ...layered(1, 2),
        ...layered(1, 2, installed('libc6', '1')),
        ...layered(2, undefined, installed('nano', '7'), installed('libc6', '1')),
      ]),
    ).toEqual(['libc6 1 from 1', 'nano 7 from 0, gone in 1', 'nano 7 from 2']);
  });

  test('calls items gone whose file an upper layer deleted', () => {
    const path = '/srv/node_modules/lodash/package.json' as ImagePath;
    expect(told(layered(1, 3, installed('lodash', '4.17.4', path)))).toEqual(['lodash 4.17.4 from 1, gone in 3']);
  });
});
