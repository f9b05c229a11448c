import { formatPurl, type Purl, parsePurl } from '../../formats/purl.ts';
import { CodedError, type Problem } from '../../model/index.ts';
import { distributionOf, fullNameOf, fullVersionOf, purlEcosystem, purlTypeOf } from '../purl-types.ts';
import { asObject, type JsonObject, textOf } from './json-access.ts';
import { readCycloneDx } from './read-cyclonedx.ts';
import { readSpdx } from './read-spdx.ts';
import {
  maxEntries,
  type Sbom,
  type SbomContents,
  type SbomEntry,
  type SbomOperatingSystem,
  type SbomPackage,
} from './sbom.ts';

/** Purl types of what has packages but is none. */
const containers = new Set(['oci', 'docker']);

/**
 * What an SBOM says: CycloneDX 1.2–1.7 or SPDX 2.2–2.3, in JSON. `name` is the file's, for messages. What it holds and
 * cannot be looked up becomes a problem. Throws CodedError `sbom-unreadable` where the bytes are no such document.
 */
export function readSbom(bytes: Uint8Array, name: string): Sbom {
  const document = parseDocument(bytes, name);
  const format = formatOf(document, name);
  const contents = format === 'cyclonedx' ? readCycloneDx(document) : readSpdx(document);
  const { packages, nameless } = packagesOf(contents);
  const operatingSystem = contents.operatingSystem ?? operatingSystemIn(contents);
  return {
    format,
    specVersion: contents.specVersion,
    name,
    subject: contents.subject,
    ...(operatingSystem === undefined ? {} : { operatingSystem }),
    packages,
    problems: problemsOf(contents, { name, nameless, packages: packages.length }),
  };
}

function parseDocument(bytes: Uint8Array, name: string): JsonObject {
  const hint = 'CycloneDX 1.2 to 1.7 and SPDX 2.2 to 2.3 in JSON are read';
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new CodedError('sbom-unreadable', `${name} is not JSON`, { cause, hint });
  }
  const document = asObject(parsed);
  if (document === undefined) throw new CodedError('sbom-unreadable', `${name} is JSON, but no SBOM`, { hint });
  return document;
}

function formatOf(document: JsonObject, name: string): Sbom['format'] {
  if (textOf(document, 'bomFormat') === 'CycloneDX') {
    const version = textOf(document, 'specVersion', 16) ?? '';
    if (/^1\.[2-7]$/.test(version)) return 'cyclonedx';
    throw unsupported(`${name} is CycloneDX ${version === '' ? 'without a version' : version}`);
  }
  const spdx = textOf(document, 'spdxVersion', 32);
  if (spdx !== undefined) {
    if (/^SPDX-2\.[23]$/.test(spdx)) return 'spdx';
    throw unsupported(`${name} is ${spdx}`);
  }
  throw unsupported(`${name} is JSON, but neither CycloneDX nor SPDX 2`);
}

function unsupported(what: string): CodedError {
  return new CodedError('sbom-unreadable', `${what}; CycloneDX 1.2 to 1.7 and SPDX 2.2 to 2.3 in JSON are read`, {
    hint: 'convert it, or scan the image itself',
  });
}

function packagesOf(contents: SbomContents): { packages: SbomPackage[]; nameless: string[] } {
  const packages: SbomPackage[] = [];
  const nameless: string[] = [];
  const system = contents.operatingSystem ?? operatingSystemIn(contents);
  for (const entry of contents.entries) {
    const purl = entry.purl === undefined ? undefined : parsePurl(entry.purl);
    if (purl === undefined) nameless.push(entry.name);
    else if (!containers.has(purl.type)) packages.push(packageOf(entry, purl, system));
  }
  return { packages, nameless };
}

function packageOf(entry: SbomEntry, purl: Purl, system: SbomOperatingSystem | undefined): SbomPackage {
  const { scheme } = purlTypeOf(purl.type);
  // Versions that no scheme orders can't be looked up, whatever the ecosystem.
  const ecosystem = scheme === undefined ? undefined : purlEcosystem(purl, system);
  const source = entry.source ?? upstreamOf(purl);
  const arch = purl.qualifiers?.['arch'];
  const { upstream: _, ...qualifiers } = purl.qualifiers ?? {};
  return {
    type: purl.type,
    name: fullNameOf(purl),
    version: fullVersionOf(purl) || entry.version,
    purl: formatPurl({ ...purl, qualifiers }),
    scheme: scheme ?? 'semver',
    ...(ecosystem === undefined ? {} : { ecosystem }),
    ...(arch === undefined ? {} : { arch }),
    ...(source === undefined ? {} : { source }),
    licenses: entry.licenses,
    ...(entry.dev === undefined ? {} : { dev: entry.dev }),
    ...(entry.path === undefined ? {} : { path: entry.path }),
  };
}

/** `upstream=openssl@3.0.11-1`, or a source rpm's file name. */
function upstreamOf({ qualifiers }: Purl): SbomPackage['source'] {
  const upstream = qualifiers?.['upstream'];
  if (upstream === undefined) return undefined;
  const rpm = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(upstream);
  if (rpm !== null) return { name: rpm[1] ?? '', version: rpm[2] ?? '' };
  const at = upstream.lastIndexOf('@');
  return at <= 0 ? { name: upstream, version: '' } : { name: upstream.slice(0, at), version: upstream.slice(at + 1) };
}

/** The distribution that the first package of an operating system names. */
function operatingSystemIn({ entries }: SbomContents): SbomOperatingSystem | undefined {
  for (const { purl: text } of entries) {
    const purl = text === undefined ? undefined : parsePurl(text);
    if (purl === undefined || purlTypeOf(purl.type).ecosystem !== 'operating-system') continue;
    const distribution = distributionOf(purl);
    if (distribution !== undefined) return distribution;
  }
  return undefined;
}

function problemsOf(
  { isCut }: SbomContents,
  {
    name,
    nameless,
    packages,
  }: { readonly name: string; readonly nameless: readonly string[]; readonly packages: number },
): Problem[] {
  const problems: Problem[] = [];
  const add = (code: string, message: string): void => {
    problems.push({ code, message, source: 'sbom', hides: 'packages' });
  };
  if (isCut)
    add(
      'sbom-too-large',
      `${name} has more than ${maxEntries} components or nests them too deep; the rest was not read`,
    );
  const [first = ''] = nameless;
  if (nameless.length > 0) {
    const others = nameless.length === 1 ? '' : ` and ${nameless.length - 1} others`;
    add(
      'sbom-component-unidentified',
      `${first}${others} in ${name} have no package URL that can be read, so nothing can be looked up for them`,
    );
  }
  if (packages === 0 && nameless.length === 0) add('sbom-without-packages', `${name} names no packages`);
  return problems;
}
