import { formatPurl } from '../formats/purl.ts';
import {
  directoryOf,
  type ImagePath,
  isBelow,
  type OperatingSystem,
  type Package,
  type PackageItem,
} from '../model/index.ts';
import type { PackageKind } from './assembly.ts';
import type { AttributedItem } from './attribute.ts';
import { stableId } from './identity.ts';
import type { Ownership } from './ownership.ts';
import type { Places } from './places.ts';

export interface PackageContext {
  readonly kinds: readonly PackageKind[];
  /** Catalogers of operating systems' own package managers. */
  readonly systemCatalogers: ReadonlySet<string>;
  readonly operatingSystem: OperatingSystem | undefined;
  readonly places: Places;
  /** Gets to know the packages, for those who ask it later. */
  readonly ownership: Ownership;
}

/** Packages of the record from what catalogers found, sorted; language packages that the system's own brought say so. */
export function packagesOf(items: readonly AttributedItem<PackageItem>[], context: PackageContext): Package[] {
  const kinds = new Map<string, PackageKind>();
  for (const kind of context.kinds) {
    kinds.set(`${kind.cataloger} ${kind.name}`, kind);
    // The first of a cataloger's kinds is meant where an item names none.
    if (!kinds.has(kind.cataloger)) kinds.set(kind.cataloger, kind);
  }
  const packages: Package[] = [];
  for (const attributed of items) {
    const { cataloger, item } = attributed;
    const kind = kinds.get(item.facts === undefined ? cataloger : `${cataloger} ${item.facts}`);
    if (kind === undefined) throw new Error(`cataloger ${cataloger} has no package facts ${item.facts ?? ''}`);
    packages.push(packageOf(attributed, kind, context.operatingSystem, context.places));
  }
  packages.sort(comparePackages);
  const kept = withoutTwins(packages, context.systemCatalogers);
  context.ownership.know(kept, context.systemCatalogers);
  return withOwners(kept, context.ownership);
}

function packageOf(
  { item, cataloger, layer, deletedIn }: AttributedItem<PackageItem>,
  kind: PackageKind,
  os: OperatingSystem | undefined,
  places: Places,
): Package {
  const place = places.inLayer(layer, { path: item.path, innerPath: item.innerPath, deletedIn });
  const isSystem = kind.ecosystem === 'operating-system';
  const ecosystem = isSystem ? os?.ecosystem : kind.ecosystem;
  return {
    id: stableId(
      kind.purlType,
      item.name,
      item.version,
      item.arch,
      place.path,
      place.innerPath,
      place.layer,
      place.deletedIn,
    ),
    type: kind.purlType,
    name: item.name,
    version: item.version,
    purl: purlOf(item, kind.purlType, isSystem ? os : undefined),
    scheme: kind.versionScheme,
    ...(ecosystem === undefined ? {} : { ecosystem }),
    ...(item.arch === undefined ? {} : { arch: item.arch }),
    ...(item.source === undefined ? {} : { source: item.source }),
    licenses: item.licenses ?? [],
    evidence: item.evidence,
    ...(item.dev === undefined ? {} : { dev: item.dev }),
    ...(item.vendor === undefined ? {} : { vendor: item.vendor }),
    ...(item.modularity === undefined ? {} : { modularity: item.modularity }),
    ...(item.size === undefined ? {} : { sizeBytes: item.size }),
    ...(item.depends === undefined ? {} : { depends: item.depends }),
    ...(item.provides === undefined ? {} : { provides: item.provides }),
    ...(item.essential === true ? { essential: true } : {}),
    cataloger,
    place,
  };
}

/** The package URL (package-url specification, PURL-TYPES) of an item. */
function purlOf(item: PackageItem, type: string, os: OperatingSystem | undefined): string {
  const { namespace, name } = splitName(item.name, type, os);
  const qualifiers: Record<string, string> = {};
  let version = item.version;
  if (item.arch !== undefined) qualifiers['arch'] = item.arch;
  if (os !== undefined) qualifiers['distro'] = os.version === '' ? os.id : `${os.id}-${os.version}`;
  if (type === 'rpm' && /^\d+:/.test(version)) {
    qualifiers['epoch'] = version.slice(0, version.indexOf(':'));
    version = version.slice(version.indexOf(':') + 1);
  }
  return formatPurl({ type, namespace, name, version: version === '' ? undefined : version, qualifiers });
}

function splitName(
  full: string,
  type: string,
  os: OperatingSystem | undefined,
): { namespace: string | undefined; name: string } {
  if (os !== undefined) return { namespace: os.id, name: full };
  const cut = type === 'maven' ? full.indexOf(':') : type === 'npm' || type === 'golang' ? full.lastIndexOf('/') : -1;
  return cut < 0 ? { namespace: undefined, name: full } : { namespace: full.slice(0, cut), name: full.slice(cut + 1) };
}

/**
 * Leaves out what is there twice: a lock file beside what it installed says nothing new, and neither does a system's
 * database that was left behind when another form or place replaced it.
 */
function withoutTwins(packages: readonly Package[], systemCatalogers: ReadonlySet<string>): readonly Package[] {
  const systems = new Set<string>();
  const installed = new Map<string, string[]>();
  for (const { evidence, place, ...found } of packages) {
    if (evidence !== 'installed' || place.path === undefined || place.deletedIn !== undefined) continue;
    const key = `${found.type} ${found.name} ${found.version}`;
    installed.set(key, [...(installed.get(key) ?? []), place.path]);
  }
  return packages.filter(({ evidence, place, type, name, version, arch, cataloger }) => {
    if (systemCatalogers.has(cataloger)) {
      const key = [cataloger, name, version, arch, place.deletedIn].join(' ');
      return !systems.has(key) && systems.add(key);
    }
    if (evidence !== 'lockfile' || place.path === undefined) return true;
    const folder = directoryOf(place.path);
    return !(installed.get(`${type} ${name} ${version}`) ?? []).some((path) => isBelow(path as ImagePath, folder));
  });
}

/** Marks packages that lie in files of an operating system's package: its distribution's advisories speak for them. */
function withOwners(packages: readonly Package[], ownership: Ownership): Package[] {
  return packages.map((found) => {
    const ownedBy = ownership.idOf(found.place.path);
    return ownedBy === undefined || ownedBy === found.id ? found : { ...found, ownedBy };
  });
}

function comparePackages(a: Package, b: Package): number {
  for (const key of ['type', 'name', 'version', 'arch'] as const) {
    const x = a[key] ?? '';
    const y = b[key] ?? '';
    if (x !== y) return x < y ? -1 : 1;
  }
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
