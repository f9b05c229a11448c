import type { OperatingSystemItem } from '../../../model/index.ts';
import type { Cataloger, CatalogFile, CatalogResult } from '../../cataloger.ts';
import { fileProblem, nothing, wholeFile } from '../../cataloger.ts';
import { isPlausibleText, textOf } from '../../package-text.ts';
import { readAssignments } from './assignments.ts';
import { readReleaseLine } from './release-line.ts';
import { supportEndOf } from './support.ts';

const name = 'os-release';
const maxBytes = 1 << 20;
const assignmentFiles = ['/etc/os-release', '/usr/lib/os-release', '/etc/lsb-release'];
const lineFiles = [
  '/etc/almalinux-release',
  '/etc/centos-release',
  '/etc/fedora-release',
  '/etc/oracle-release',
  '/etc/photon-release',
  '/etc/redhat-release',
  '/etc/rocky-release',
  '/etc/SuSE-release',
  '/etc/system-release',
];
type Facts = Omit<OperatingSystemItem, 'kind' | 'path' | 'supportEnd'>;

/** The operating system, by os-release and the distributions' older release files. */
export const osRelease: Cataloger = {
  name,
  version: 1,
  summary: 'The operating system and its end of support, from os-release and older release files',
  packages: [],
  claims: [...assignmentFiles, ...lineFiles, '/etc/alpine-release', '/etc/arch-release', '/etc/debian_version'].map(
    (path) => ({ path }),
  ),
  maxBytes,
  catalog(file) {
    const bytes = wholeFile(file, maxBytes);
    if (bytes === undefined) return unread(file, 'it is larger than any release file');
    const facts = factsOf(file.path, textOf(bytes));
    if (facts === undefined) {
      // An empty lsb-release or a foreign release line takes nothing from what os-release says.
      return file.path.endsWith('/os-release') ? unread(file, 'it has no ID that is understood') : nothing;
    }
    const supportEnd = supportEndOf(facts.id, facts.version, facts.prettyName);
    const item: OperatingSystemItem = {
      kind: 'operating-system',
      path: file.path,
      ...facts,
      ...(supportEnd === undefined ? {} : { supportEnd }),
    };
    return { items: [item], problems: [] };
  },
};

function factsOf(path: string, text: string): Facts | undefined {
  switch (path) {
    case '/etc/alpine-release':
      return versionOnly('alpine', text);
    case '/etc/arch-release':
      return { id: 'arch', version: '' };
    case '/etc/debian_version':
      return debianVersion(text.trim());
    case '/etc/lsb-release':
      return lsbRelease(readAssignments(text));
    default:
      if (!lineFiles.includes(path)) return osReleaseFile(readAssignments(text));
      return readReleaseLine(text);
  }
}

function osReleaseFile(values: ReadonlyMap<string, string>): Facts | undefined {
  const id = values.get('ID')?.trim().toLowerCase();
  if (id === undefined || !isId(id)) return undefined;
  const idLike = (values.get('ID_LIKE') ?? '').toLowerCase().split(/\s+/).filter(isId).slice(0, 20);
  const version = values.get('VERSION_ID')?.trim();
  const codename = values.get('VERSION_CODENAME')?.trim();
  const prettyName = values.get('PRETTY_NAME') ?? values.get('NAME');
  return {
    id,
    ...(idLike.length === 0 ? {} : { idLike }),
    version: isPlausibleText(version) ? version : '',
    ...(isPlausibleText(codename) ? { codename } : {}),
    ...(isPlausibleText(prettyName) ? { prettyName } : {}),
  };
}

function lsbRelease(values: ReadonlyMap<string, string>): Facts | undefined {
  const id = values.get('DISTRIB_ID')?.trim().toLowerCase();
  if (id === undefined || !isId(id)) return undefined;
  const version = values.get('DISTRIB_RELEASE')?.trim();
  const codename = values.get('DISTRIB_CODENAME')?.trim();
  const prettyName = values.get('DISTRIB_DESCRIPTION');
  return {
    id,
    // Rolling distributions write `rolling` there.
    version: isPlausibleText(version) && /^[0-9]/.test(version) ? version : '',
    ...(isPlausibleText(codename) ? { codename } : {}),
    ...(isPlausibleText(prettyName) ? { prettyName } : {}),
  };
}

/** `12.11`; `trixie/sid` before a release, in testing and unstable alike: which of the two can't be told. */
function debianVersion(text: string): Facts | undefined {
  if (/^[0-9]+(?:\.[0-9]+)*$/.test(text)) return versionOnly('debian', text);
  const slash = text.indexOf('/');
  if (slash <= 0 || text.slice(slash) !== '/sid' || !isPlausibleText(text)) return undefined;
  return { id: 'debian', version: 'testing/sid', codename: text.slice(0, slash) };
}

function versionOnly(id: string, text: string): Facts | undefined {
  const version = text.trim();
  return isPlausibleText(version) && /^[0-9]/.test(version) ? { id, version } : undefined;
}

/** What os-release(5) allows for an ID, and no longer than any is. */
function isId(text: string): boolean {
  return text.length <= 64 && /^[a-z0-9._-]+$/.test(text);
}

function unread(file: CatalogFile, why: string): CatalogResult {
  const message = `the name of the operating system can't be read: ${why}`;
  return {
    items: [],
    problems: [fileProblem(name, file, { code: 'unreadable-os-release', message, hides: 'packages' })],
  };
}
