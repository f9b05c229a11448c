import { formatPurl } from '../formats/purl.ts';
import type { ImagePath, OperatingSystem, OwnershipItem, Package, PackageItem } from '../model/index.ts';
import type { PackageKind } from './assembly.ts';
import type { AttributedItem } from './attribute.ts';
import { stableId } from './identity.ts';
import type { Places } from './places.ts';

/** Packages of the record from what catalogers found, sorted; language packages that the system's own brought say so. */
export function packagesOf(
  items: readonly AttributedItem<PackageItem>[],
  ownerships: readonly OwnershipItem[],
  context: { kinds: readonly PackageKind[]; operatingSystem: OperatingSystem | undefined; places: Places },
): Package[] {
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
  const system = new Set(
    context.kinds.filter(({ ecosystem }) => ecosystem === 'operating-system').map(({ cataloger }) => cataloger),
  );
  return withOwners(packages, ownerships, system);
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

/** Marks packages that lie in files of an operating system's package: its distribution's advisories speak for them. */
function withOwners(
  packages: readonly Package[],
  ownerships: readonly OwnershipItem[],
  systemCatalogers: ReadonlySet<string>,
): Package[] {
  const systemIds = new Map<string, string>();
  for (const { name, id, place, evidence, cataloger } of packages)
    if (place.deletedIn === undefined && evidence === 'installed' && systemCatalogers.has(cataloger))
      systemIds.set(name, id);
  const ownerOf = new Map<ImagePath, string>();
  for (const { package: name, owned } of ownerships) {
    const id = systemIds.get(name);
    if (id !== undefined) for (const path of owned) ownerOf.set(path, id);
  }
  if (ownerOf.size === 0) return [...packages];
  return packages.map((found) => {
    const ownedBy =
      found.place.path === undefined
        ? undefined
        : (ownerOf.get(found.place.path) ?? ownerOf.get(found.place.path.replace(/\/PKG-INFO$/, '') as ImagePath));
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
