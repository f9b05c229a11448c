import { parseDigest, sha256Digest } from '../../model/index.ts';
import { type JsonObject, memberOf, objectsOf, textOf } from './json-access.ts';
import { maxEntries, type SbomContents, type SbomEntry } from './sbom.ts';

/** An SPDX document of version 2.2 or 2.3 in JSON. */
export function readSpdx(document: JsonObject): SbomContents {
  const packages = objectsOf(memberOf(document, 'packages'));
  const roots = rootsOf(document);
  const extracted = new Map(
    objectsOf(memberOf(document, 'hasExtractedLicensingInfos')).map((info) => [
      textOf(info, 'licenseId') ?? '',
      textOf(info, 'name') ?? textOf(info, 'extractedText') ?? '',
    ]),
  );
  const root =
    packages.find((item) => roots.has(textOf(item, 'SPDXID') ?? '') && purlOf(item) === undefined) ??
    packages.find((item) => roots.has(textOf(item, 'SPDXID') ?? ''));
  const system = packages.find((item) => /^OPERATING[-_]SYSTEM$/.test(textOf(item, 'primaryPackagePurpose') ?? ''));
  const prettyName = textOf(system, 'description');
  const entries: SbomEntry[] = [];
  let isCut = false;
  for (const item of packages) {
    if (item === system || (item === root && !isLibrary(item))) continue;
    if (entries.length >= maxEntries) {
      isCut = true;
      break;
    }
    entries.push(...entryOf(item, extracted));
  }
  return {
    specVersion: (textOf(document, 'spdxVersion', 32) ?? '').replace(/^SPDX-/, ''),
    subject: subjectOf(root),
    ...(system === undefined
      ? {}
      : {
          operatingSystem: {
            id: (textOf(system, 'name') ?? '').toLowerCase(),
            version: textOf(system, 'versionInfo') ?? '',
            ...(prettyName === undefined ? {} : { prettyName }),
          },
        }),
    entries,
    isCut,
  };
}

/** The elements that the document describes. */
function rootsOf(document: JsonObject): ReadonlySet<string> {
  const described = memberOf(document, 'documentDescribes');
  const roots = new Set(Array.isArray(described) ? described.filter((id) => typeof id === 'string') : []);
  for (const relationship of objectsOf(memberOf(document, 'relationships'))) {
    if (textOf(relationship, 'relationshipType') !== 'DESCRIBES') continue;
    const id = textOf(relationship, 'relatedSpdxElement');
    if (id !== undefined) roots.add(id);
  }
  return roots;
}

/** A described package that is itself what a package manager installs, as in SBOMs of one library. */
function isLibrary(item: JsonObject): boolean {
  const purl = purlOf(item);
  return purl !== undefined && !/^pkg:(?:oci|docker|generic)\//.test(purl);
}

function entryOf(item: JsonObject, extracted: ReadonlyMap<string, string>): SbomEntry[] {
  const name = textOf(item, 'name');
  const version = textOf(item, 'versionInfo') ?? '';
  const purl = purlOf(item);
  if (purl === undefined && (name === undefined || version === '')) return [];
  const license = [textOf(item, 'licenseDeclared'), textOf(item, 'licenseConcluded')].find(
    (text) => text !== undefined && text !== 'NOASSERTION' && text !== 'NONE',
  );
  const path = /(?:^|; )path ([^;]+)/.exec(textOf(item, 'sourceInfo') ?? '')?.[1];
  return [
    {
      ...(purl === undefined ? {} : { purl }),
      name: name ?? '',
      version,
      licenses: license === undefined ? [] : [extracted.get(license) ?? license],
      ...(path === undefined ? {} : { path }),
    },
  ];
}

function purlOf(item: JsonObject): string | undefined {
  for (const reference of objectsOf(memberOf(item, 'externalRefs')).slice(0, 256)) {
    if (textOf(reference, 'referenceType') === 'purl') return textOf(reference, 'referenceLocator', 8192);
  }
  return undefined;
}

function subjectOf(root: JsonObject | undefined): SbomContents['subject'] {
  const name = textOf(root, 'name');
  const sha256 = objectsOf(memberOf(root, 'checksums'))
    .filter((checksum) => textOf(checksum, 'algorithm') === 'SHA256')
    .map((checksum) => textOf(checksum, 'checksumValue')?.toLowerCase())
    .find((hex) => hex !== undefined && /^[0-9a-f]{64}$/.test(hex));
  const digest = parseDigest(textOf(root, 'versionInfo')) ?? (sha256 === undefined ? undefined : sha256Digest(sha256));
  return { ...(name === undefined ? {} : { name }), ...(digest === undefined ? {} : { digest }) };
}
