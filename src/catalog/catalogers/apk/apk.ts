import type { Item, OwnershipItem, PackageItem, Problem } from '../../../model/index.ts';
import type { Cataloger, CatalogFile, CatalogResult } from '../../cataloger.ts';
import { fileProblem, wholeFile } from '../../cataloger.ts';
import { declaredLicenses, isPlausibleText } from '../../package-text.ts';
import { type InstalledPackage, readInstalled } from './installed.ts';

const name = 'apk';
const maxBytes = 256 << 20;

/** Packages of Alpine, Wolfi and their kin from apk's database, and the files of theirs that matter. */
export const apk: Cataloger = {
  name,
  version: 2,
  summary: 'Packages that apk records as installed (Alpine, Wolfi, Chainguard)',
  packages: [{ name: 'apk', purlType: 'apk', versionScheme: 'apk', ecosystem: 'operating-system' }],
  claims: [{ path: '/lib/apk/db/installed' }, { path: '/usr/lib/apk/db/installed' }],
  maxBytes,
  catalog(file) {
    const bytes = wholeFile(file, maxBytes);
    if (bytes === undefined) return unread(file, [], `its ${file.content.sizeBytes} bytes are more than we read`);
    const items: Item[] = [];
    let incomplete = 0;
    const faults = readInstalled(bytes, (found) => {
      // Virtual packages of `apk add --virtual` are lists of others: no files, no advisories.
      if (found.name.startsWith('.')) return;
      if (!isPlausibleText(found.name) || !isPlausibleText(found.version)) incomplete++;
      else items.push(...itemsOf(found, file));
    });
    const wrong: string[] = [];
    if (incomplete > 0) wrong.push(`${incomplete} packages without a name or version`);
    if (faults.strangeLines > 0) wrong.push(`${faults.strangeLines} lines that are no fields`);
    if (faults.lacksFinalNewline) wrong.push('its last line does not end');
    return wrong.length === 0 ? { items, problems: [] } : unread(file, items, wrong.join('; '));
  },
};

function itemsOf(found: InstalledPackage, file: CatalogFile): Item[] {
  const licenses = declaredLicenses([found.license]);
  const size = Number(found.installedSize);
  const hasSource = isPlausibleText(found.origin) && found.origin !== found.name;
  const items: Item[] = [
    {
      kind: 'package',
      name: found.name,
      version: found.version,
      path: file.path,
      evidence: 'installed',
      ...(isPlausibleText(found.arch) ? { arch: found.arch } : {}),
      // All packages of an origin are built at once and have its version.
      ...(hasSource ? { source: { name: found.origin, version: found.version } } : {}),
      ...(licenses === undefined ? {} : { licenses }),
      ...(Number.isSafeInteger(size) && size > 0 ? { size } : {}),
      ...relationsOf(found),
    },
  ];
  if (found.owned.length > 0)
    items.push({
      kind: 'ownership',
      path: file.path,
      package: found.name,
      owned: found.owned,
    } satisfies OwnershipItem);
  return items;
}

const mostRelations = 5000;

/** Names alone, what conflicts left out: `so:libssl.so.3 /bin/sh busybox>=1.36 !uclibc`. */
function relationsOf({ depends, provides }: InstalledPackage): Pick<PackageItem, 'depends' | 'provides'> {
  const names = (text: string): string[] =>
    text
      .split(' ', mostRelations)
      .map((entry) => entry.split(/[<>=~@]/, 1)[0]!)
      .filter((entry) => entry !== '' && !entry.startsWith('!') && entry.length <= 300);
  return {
    ...(depends === '' ? {} : { depends: names(depends) }),
    ...(provides === '' ? {} : { provides: names(provides) }),
  };
}

function unread(file: CatalogFile, items: readonly Item[], why: string): CatalogResult {
  const message = `the apk database can't be read whole: ${why}`;
  const problem: Problem = fileProblem(name, file, { code: 'unreadable-package-database', message, hides: 'packages' });
  return { items, problems: [problem] };
}
