import { readParagraphs } from '../../../formats/deb822/index.ts';
import { baseNameOf, type Item, type PackageItem, type Problem } from '../../../model/index.ts';
import type { Cataloger, CatalogFile, CatalogResult } from '../../cataloger.ts';
import { fileProblem, nothing, wholeFile } from '../../cataloger.ts';
import { pathsOfInterest } from '../../owned-paths.ts';
import { isPlausibleText } from '../../package-text.ts';
import { relationsOf } from './relations.ts';
import { sourceOf } from './source.ts';

const name = 'dpkg';
const statusPath = '/var/lib/dpkg/status';
const statusDirectory = '/var/lib/dpkg/status.d';
const infoDirectory = '/var/lib/dpkg/info';
const maxBytes = 256 << 20;
const wanted = [
  ...['Package', 'Version', 'Architecture', 'Source', 'Status', 'Installed-Size'],
  ...['Depends', 'Pre-Depends', 'Provides', 'Essential'],
];
/** MD5 in hex and two blanks, before each name in a `.md5sums`. */
const md5Prefix = 34;

/** Debian packages from dpkg's status, or status.d of images without dpkg, and the files of theirs that matter. */
export const dpkg: Cataloger = {
  name,
  version: 2,
  summary: 'Debian packages that dpkg records as installed (status, and status.d of distroless images)',
  packages: [{ name: 'deb', purlType: 'deb', versionScheme: 'deb', ecosystem: 'operating-system' }],
  claims: [{ path: statusPath }, { inDirectory: statusDirectory }, { inDirectory: infoDirectory }],
  maxBytes,
  catalog(file) {
    if (file.path === statusPath) return catalogStatus(file);
    if (file.path.startsWith(`${infoDirectory}/`)) return catalogList(file, '.list', 0);
    if (!file.path.startsWith(`${statusDirectory}/`)) return nothing;
    return file.path.endsWith('.md5sums') ? catalogList(file, '.md5sums', md5Prefix) : catalogStatus(file);
  },
};

function catalogStatus(file: CatalogFile): CatalogResult {
  const bytes = wholeFile(file, maxBytes);
  if (bytes === undefined) return unread(file, `its ${file.content.sizeBytes} bytes are more than we read`);
  const items: PackageItem[] = [];
  let incomplete = 0;
  const faults = readParagraphs(bytes, wanted, (fields) => {
    const state = stateOf(fields.get('Status'));
    if (state === 'absent') return;
    const item = state === 'present' ? packageOf(fields, file) : undefined;
    if (item === undefined) incomplete++;
    else items.push(item);
  });
  const wrong: string[] = [];
  if (incomplete > 0) wrong.push(`${incomplete} paragraphs without a package's name, version or known state`);
  if (faults.strangeLines > 0) wrong.push(`${faults.strangeLines} lines that are no fields`);
  if (faults.strangeFields > 0) wrong.push(`${faults.strangeFields} fields twice or overlong`);
  // dpkg itself refuses a status file without it; single files of status.d are written by other tools.
  if (file.path === statusPath && faults.lacksFinalNewline) wrong.push('its last line does not end');
  return { items, problems: wrong.length === 0 ? [] : unread(file, wrong.join('; ')).problems };
}

/** Only `not-installed` and `config-files` have no files left (dpkg(1), package states); half-way states do. */
function stateOf(status: string | undefined): 'present' | 'absent' | 'unknown' {
  if (status === undefined) return 'present';
  switch (status.slice(status.lastIndexOf(' ') + 1)) {
    case 'not-installed':
    case 'config-files':
      return 'absent';
    case 'installed':
    case 'unpacked':
    case 'half-installed':
    case 'half-configured':
    case 'triggers-awaited':
    case 'triggers-pending':
      return 'present';
    default:
      return 'unknown';
  }
}

function packageOf(fields: ReadonlyMap<string, string>, file: CatalogFile): PackageItem | undefined {
  const packageName = fields.get('Package');
  const version = fields.get('Version');
  if (!isPlausibleText(packageName) || !isPlausibleText(version)) return undefined;
  const arch = fields.get('Architecture');
  const source = sourceOf(fields.get('Source'), packageName, version);
  const kibibytes = Number(fields.get('Installed-Size'));
  return {
    kind: 'package',
    name: packageName,
    version,
    path: file.path,
    evidence: 'installed',
    ...(isPlausibleText(arch) ? { arch } : {}),
    ...(source !== undefined && isPlausibleText(source.name) && isPlausibleText(source.version) ? { source } : {}),
    ...(Number.isSafeInteger(kibibytes * 1024) && kibibytes > 0 ? { size: kibibytes * 1024 } : {}),
    ...relationsOf(fields),
  };
}

/** `name.list` or, where a package is there for several architectures, `name:arch.list`. */
function catalogList(file: CatalogFile, suffix: string, skip: number): CatalogResult {
  const base = baseNameOf(file.path);
  if (!base.endsWith(suffix)) return nothing;
  const bytes = wholeFile(file, maxBytes);
  if (bytes === undefined) return nothing;
  const owned = pathsOfInterest(bytes, skip);
  if (owned.length === 0) return nothing;
  const stem = base.slice(0, -suffix.length);
  const colon = stem.indexOf(':');
  const item: Item = {
    kind: 'ownership',
    path: file.path,
    package: colon < 0 ? stem : stem.slice(0, colon),
    owned,
  };
  return { items: [item], problems: [] };
}

function unread(file: CatalogFile, why: string): { items: []; problems: Problem[] } {
  const message = `the dpkg database can't be read whole: ${why}`;
  return {
    items: [],
    problems: [fileProblem(name, file, { code: 'unreadable-package-database', message, hides: 'packages' })],
  };
}
