import { parseDigest, sha256Digest } from '../../model/index.ts';
import { asObject, type JsonObject, memberOf, objectsOf, textOf } from './json-access.ts';
import { maxEntries, type SbomContents, type SbomEntry, type SbomOperatingSystem } from './sbom.ts';

/** Components in components deeper than this are not read. */
const maxDepth = 32;
/** Kinds of component that can be a package. Files, devices and the like are not. */
const packageTypes = new Set(['library', 'application', 'framework', 'platform', 'firmware']);

/** A CycloneDX document of any version 1.2–1.7 in JSON, which differ in nothing that is read here. */
export function readCycloneDx(document: JsonObject): SbomContents {
  const entries: SbomEntry[] = [];
  let operatingSystem: SbomOperatingSystem | undefined;
  let isCut = false;
  // Each level of nesting in turn, so that no depth can exhaust the stack.
  let level = objectsOf(memberOf(document, 'components'));
  for (let depth = 0; level.length > 0; depth++) {
    if (depth === maxDepth) {
      isCut = true;
      break;
    }
    const next: JsonObject[] = [];
    for (const component of level) {
      if (entries.length >= maxEntries) {
        isCut = true;
        break;
      }
      const type = textOf(component, 'type') ?? 'library';
      if (type === 'operating-system') operatingSystem ??= operatingSystemOf(component);
      else if (packageTypes.has(type)) entries.push(...entryOf(component, type));
      for (const inner of objectsOf(memberOf(component, 'components'))) next.push(inner);
    }
    level = next;
  }
  return {
    specVersion: textOf(document, 'specVersion', 16) ?? '',
    subject: subjectOf(asObject(memberOf(asObject(memberOf(document, 'metadata')), 'component'))),
    ...(operatingSystem === undefined ? {} : { operatingSystem }),
    entries,
    isCut,
  };
}

function entryOf(component: JsonObject, type: string): SbomEntry[] {
  const group = textOf(component, 'group');
  const name = textOf(component, 'name');
  const version = textOf(component, 'version') ?? '';
  const purl = textOf(component, 'purl', 8192);
  // An application without version and purl only groups others: a lock file, a directory.
  if (purl === undefined && (name === undefined || (type !== 'library' && version === ''))) return [];
  const properties = propertiesOf(component);
  const source = sourceOf(properties);
  const path =
    properties.get('plimsoll:path') ??
    properties.get('aquasecurity:trivy:FilePath') ??
    properties.get('syft:location:0:path');
  return [
    {
      ...(purl === undefined ? {} : { purl }),
      name: group === undefined ? (name ?? '') : `${group}/${name ?? ''}`,
      version,
      licenses: licensesOf(component),
      ...(source === undefined ? {} : { source }),
      ...(textOf(component, 'scope') === 'excluded' ? { dev: true } : {}),
      ...(path === undefined ? {} : { path }),
    },
  ];
}

/** The source package, as Plimsoll and Trivy write it. */
function sourceOf(properties: ReadonlyMap<string, string>): SbomEntry['source'] {
  const own = properties.get('plimsoll:source:name');
  if (own !== undefined) return { name: own, version: properties.get('plimsoll:source:version') ?? '' };
  const trivy = (key: string): string | undefined => properties.get(`aquasecurity:trivy:${key}`);
  const name = trivy('SrcName');
  if (name === undefined) return undefined;
  const version = trivy('SrcVersion');
  if (version === undefined) return { name, version: '' };
  const epoch = trivy('SrcEpoch');
  const release = trivy('SrcRelease');
  const full = `${epoch === undefined || epoch === '0' ? '' : `${epoch}:`}${version}${release === undefined ? '' : `-${release}`}`;
  return { name, version: full };
}

function propertiesOf(component: JsonObject): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const property of objectsOf(memberOf(component, 'properties'))) {
    const name = textOf(property, 'name');
    const value = textOf(property, 'value');
    if (name !== undefined && value !== undefined && found.size < 256) found.set(name, value);
  }
  return found;
}

function licensesOf(component: JsonObject): string[] {
  const found = new Set<string>();
  for (const choice of objectsOf(memberOf(component, 'licenses')).slice(0, 64)) {
    const license = asObject(memberOf(choice, 'license'));
    const text = textOf(choice, 'expression') ?? textOf(license, 'id') ?? textOf(license, 'name');
    if (text !== undefined) found.add(text);
  }
  return [...found];
}

function operatingSystemOf(component: JsonObject): SbomOperatingSystem | undefined {
  const properties = propertiesOf(component);
  const id = properties.get('syft:distro:id') ?? textOf(component, 'name');
  if (id === undefined) return undefined;
  const version = properties.get('syft:distro:versionID') ?? textOf(component, 'version') ?? '';
  const prettyName = properties.get('syft:distro:prettyName') ?? textOf(component, 'description');
  return { id: id.toLowerCase(), version, ...(prettyName === undefined ? {} : { prettyName }) };
}

function subjectOf(component: JsonObject | undefined): SbomContents['subject'] {
  const name = textOf(component, 'name');
  const hashes = objectsOf(memberOf(component, 'hashes'));
  const sha256 = textOf(
    hashes.find((hash) => textOf(hash, 'alg') === 'SHA-256'),
    'content',
  )?.toLowerCase();
  const digest =
    parseDigest(textOf(component, 'version')) ??
    (component === undefined ? undefined : digestIn(textOf(component, 'purl', 8192))) ??
    (sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) ? sha256Digest(sha256) : undefined);
  return { ...(name === undefined ? {} : { name }), ...(digest === undefined ? {} : { digest }) };
}

/** The digest of `pkg:oci/cart@sha256%3A…`. */
function digestIn(purl: string | undefined): ReturnType<typeof parseDigest> {
  return parseDigest(/@(sha256(?:%3A|:)[0-9a-f]{64})/i.exec(purl ?? '')?.[1]?.replace(/%3A/i, ':'));
}
