import { baseNameOf, type Item } from '../../../model/index.ts';
import type { Cataloger, CatalogFile, CatalogResult, Claim } from '../../cataloger.ts';
import { fileProblem, nothing } from '../../cataloger.ts';
import { readContainerManifest } from './container-manifest.ts';
import { readDatabase } from './database.ts';
import { itemsOfHeader } from './header-items.ts';

const name = 'rpm';
const databaseFiles = ['rpmdb.sqlite', 'rpmdb.sqlite-wal', 'Packages.db', 'Packages'];
/** Where rpm keeps it: of old, openSUSE and new Fedora, ostree. */
const directories = ['/var/lib/rpm', '/usr/lib/sysimage/rpm', '/usr/share/rpm'];
const manifest = '/var/lib/rpmmanifest/container-manifest-2';
/** An empty write-ahead log has at most its header. */
const emptyLogBytes = 32;

/** RPM packages from rpm's database in any of its forms, and the files of theirs that matter. */
export const rpm: Cataloger = {
  name,
  version: 2,
  summary: 'RPM packages that rpm records as installed (SQLite, ndb and Berkeley DB)',
  packages: [{ name: 'rpm', purlType: 'rpm', versionScheme: 'rpm', ecosystem: 'operating-system' }],
  claims: [
    ...directories.flatMap((directory) => databaseFiles.map((file): Claim => ({ path: `${directory}/${file}` }))),
    { path: manifest },
  ],
  catalog(file) {
    if (baseNameOf(file.path) === 'rpmdb.sqlite-wal') return catalogLog(file);
    return file.path === manifest ? catalogManifest(file) : catalogDatabase(file);
  },
};

function catalogDatabase(file: CatalogFile): CatalogResult {
  const items: Item[] = [];
  let broken = 0;
  const faults = readDatabase(file.content, (blob) => {
    const found = itemsOfHeader(blob, file.path);
    if (found === undefined) broken++;
    else {
      for (const item of found.items) items.push(item);
      if (!found.isWhole) broken++;
    }
  });
  const wrong = broken === 0 ? faults : [...faults, `${broken} package headers are broken`];
  return wrong.length === 0 ? { items, problems: [] } : unread(file, items, wrong.join('; '));
}

/** What rpm wrote last may still lie in the log beside the database, which a reader of one file can't see. */
function catalogLog(file: CatalogFile): CatalogResult {
  if (file.content.sizeBytes <= emptyLogBytes) return nothing;
  const message = `${file.content.sizeBytes} bytes of changes to the rpm database lie in this log and were not read`;
  const problem = { code: 'unmerged-package-database', message, hides: 'packages' } as const;
  return { items: [], problems: [fileProblem(name, file, problem)] };
}

function catalogManifest(file: CatalogFile): CatalogResult {
  const read = readContainerManifest(file);
  if (typeof read === 'string') return unread(file, [], read);
  return read.brokenLines === 0
    ? { items: read.items, problems: [] }
    : unread(file, read.items, `${read.brokenLines} lines are not understood`);
}

function unread(file: CatalogFile, items: readonly Item[], why: string): CatalogResult {
  const message = `the rpm database can't be read whole: ${why}`;
  return {
    items,
    problems: [fileProblem(name, file, { code: 'unreadable-package-database', message, hides: 'packages' })],
  };
}
