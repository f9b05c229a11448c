import { openZip } from '../../../formats/zip/index.ts';
import type { PackageItem } from '../../../model/index.ts';
import { fileProblem, nothing } from '../../cataloger.ts';
import type { CatalogFile, Cataloger, CatalogResult } from '../../cataloger.ts';
import { declaredLicenses, isPlausibleText } from '../../package-text.ts';
import { readMetadata } from './metadata.ts';
import type { Metadata } from './metadata.ts';

/** Headers end long before this; descriptions, which follow them, may be long. */
const maxHeaderBytes = 512 * 1024;

/** The interpreter's own tests bring an egg of a project called `example`. */
const interpreterTests = /\/lib\/python\d[\d.]*\/test\//;

/** Installed Python projects. */
export const python: Cataloger = {
  name: 'python',
  version: 1,
  summary: 'Installed Python projects: dist-info, egg-info (folders and files) and eggs.',
  packages: [{ name: 'pypi', purlType: 'pypi', versionScheme: 'pep440', ecosystem: 'PyPI' }],
  claims: [
    { baseName: 'METADATA', directorySuffix: '.dist-info' },
    { baseName: 'PKG-INFO', directorySuffix: '.egg-info' },
    { baseName: 'PKG-INFO', directorySuffix: 'EGG-INFO' },
    { suffix: '.egg-info' },
    { suffix: '.egg' },
  ],
  catalog(file) {
    if (interpreterTests.test(file.path)) return nothing;
    return file.path.endsWith('.egg') ? zippedEgg(file) : project(file, file.content.read(0, maxHeaderBytes));
  },
};

function project(file: CatalogFile, bytes: Uint8Array, innerPath?: string): CatalogResult {
  const metadata = readMetadata(bytes);
  const { name, version } = { ...namedByPath(file.path), ...plausible(metadata) };
  if (name === undefined || version === undefined) {
    const message = 'it names no project and version';
    return {
      items: [],
      problems: [fileProblem('python', file, { code: 'unreadable-package-metadata', message, hides: 'packages' })],
    };
  }
  const licenses = declaredLicenses(licensesOf(metadata));
  const item: PackageItem = {
    kind: 'package',
    name: normalName(name),
    version,
    path: file.path,
    ...(innerPath === undefined ? {} : { innerPath }),
    // pip and setuptools carry copies of what they need.
    evidence: file.path.includes('/_vendor/') ? 'embedded' : 'installed',
    ...(licenses === undefined ? {} : { licenses }),
  };
  return { items: [item], problems: [] };
}

/** An egg may be a ZIP archive that is imported as it is. */
function zippedEgg(file: CatalogFile): CatalogResult {
  if (file.sizeBytes === 0) return nothing;
  const zip = openZip(file.content, { maxEntries: 100_000, maxEntryBytes: 8 * 1024 * 1024 });
  let found = nothing;
  for (const entry of zip.entries) {
    if (entry.name !== 'EGG-INFO/PKG-INFO') continue;
    const bytes = zip.read(entry);
    if (bytes instanceof Uint8Array) found = project(file, bytes, entry.name);
  }
  // A file that merely has such a name (develop mode leaves links) hides nothing.
  const begun = file.head[0] === 0x50 && file.head[1] === 0x4b;
  const [code, hides] = begun
    ? (['unreadable-archive', 'packages'] as const)
    : (['not-an-archive', 'nothing'] as const);
  const problems = zip.problems.map(({ message }) => fileProblem('python', file, { code, message, hides }));
  return { items: found.items, problems: [...found.problems, ...problems] };
}

/** PEP 503: `Zope.Interface` → `zope-interface`, as advisories and purls write it. */
function normalName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

/** `…/Foo_Bar-1.0.dist-info/METADATA`, `…/foo-1.0-py3.11.egg-info` name project and version, should the file not. */
function namedByPath(path: string): { name?: string; version?: string } {
  const folder = path
    .split('/')
    .findLast((part) => part.endsWith('.dist-info') || part.endsWith('.egg-info') || part.endsWith('.egg'));
  const [name, version] = folder?.slice(0, folder.lastIndexOf('.')).split('-') ?? [];
  return isPlausibleText(name) && isPlausibleText(version) && /^\d/.test(version) ? { name, version } : {};
}

function plausible({ name, version }: Metadata): { name?: string; version?: string } {
  return { ...(isPlausibleText(name) ? { name } : {}), ...(isPlausibleText(version) ? { version } : {}) };
}

/** The expression (PEP 639) if there is one, else the free-text field if it is a line, else the classifiers. */
function licensesOf(metadata: Metadata): readonly string[] {
  if (metadata.licenseExpression !== undefined) return [metadata.licenseExpression];
  const line = metadata.license?.trim();
  if (isPlausibleText(line) && line.length <= 100 && line !== 'UNKNOWN') return [line];
  return metadata.classifiers
    .filter((one) => one.startsWith('License :: '))
    .map((one) => one.slice(one.lastIndexOf(' :: ') + 4));
}
