import { hash } from 'node:crypto';
import { formatPurl, parsePurl } from '../../formats/purl.ts';
import type { ImageRecord, Package, Place } from '../../model/index.ts';
import { documentIdentity } from './document-identity.ts';
import { kindOfLicense } from './licenses.ts';
import type { SbomOptions } from './write-options.ts';

/**
 * A record as SPDX 2.3 JSON with a newline at the end: the image, its operating system and packages, and on request its
 * executables. The time is the image's own, so the same record gives the same bytes.
 */
export function writeSpdx(record: ImageRecord, options: SbomOptions = {}): string {
  const { uuid, tool, created } = documentIdentity(record, 'spdx');
  const name = options.reference ?? record.image.digest;
  const licenses = new Map<string, string>();
  const packages = [...new Map(record.packages.map((found) => [found.id, found])).values()];
  const files = options.executables === true ? filesOf(record) : [];
  const contents = [...operatingSystemOf(record), ...packages.map((found) => packageOf(found, licenses))];
  const document = {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name,
    documentNamespace: `https://plimsoll.dev/spdx/${uuid}`,
    creationInfo: {
      created: created ?? '1970-01-01T00:00:00Z',
      creators: [`Tool: ${tool.name}${tool.version === undefined ? '' : `-${tool.version}`}`],
    },
    documentDescribes: [imageId],
    packages: [imageOf(record, name), ...contents],
    ...(files.length === 0 ? {} : { files }),
    ...(licenses.size === 0
      ? {}
      : {
          hasExtractedLicensingInfos: [...licenses]
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([licenseId, text]) => ({ licenseId, name: text, extractedText: text })),
        }),
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: imageId },
      ...[...contents, ...files].map(({ SPDXID }) => ({
        spdxElementId: imageId,
        relationshipType: 'CONTAINS',
        relatedSpdxElement: SPDXID,
      })),
    ],
  };
  return `${JSON.stringify(document, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value), 2)}\n`;
}

const imageId = 'SPDXRef-Image';

type SpdxElement = Readonly<Record<string, unknown>> & { readonly SPDXID: string };

function imageOf({ image }: ImageRecord, name: string): SpdxElement {
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(image.digest)?.[1];
  return {
    SPDXID: imageId,
    name,
    versionInfo: image.digest,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    primaryPackagePurpose: image.kind === 'image' ? 'CONTAINER' : 'APPLICATION',
    ...(sha256 === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }] }),
  };
}

function operatingSystemOf({ operatingSystem }: ImageRecord): SpdxElement[] {
  if (operatingSystem === undefined) return [];
  const { id, version, prettyName } = operatingSystem;
  return [
    {
      SPDXID: 'SPDXRef-OperatingSystem',
      name: id,
      ...(version === '' ? {} : { versionInfo: version }),
      ...(prettyName === undefined ? {} : { description: prettyName }),
      downloadLocation: 'NOASSERTION',
      filesAnalyzed: false,
      primaryPackagePurpose: 'OPERATING_SYSTEM',
    },
  ];
}

function packageOf(found: Package, licenses: Map<string, string>): SpdxElement {
  return {
    SPDXID: `SPDXRef-Package-${found.id}`,
    name: found.name,
    versionInfo: found.version,
    downloadLocation: 'NOASSERTION',
    filesAnalyzed: false,
    licenseConcluded: 'NOASSERTION',
    licenseDeclared: declaredLicense(found.licenses, licenses),
    copyrightText: 'NOASSERTION',
    sourceInfo: sourceText(found),
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purlWithUpstream(found) },
    ],
  };
}

/** The purl with the source package as `upstream`, which SPDX has no field for. */
function purlWithUpstream({ purl, source }: Package): string {
  const parts = source === undefined ? undefined : parsePurl(purl);
  if (source === undefined || parts === undefined) return purl;
  const upstream = source.version === '' ? source.name : `${source.name}@${source.version}`;
  return formatPurl({ ...parts, qualifiers: { ...parts.qualifiers, upstream } });
}

/** Licences that SPDX does not know become references, whose text is kept beside the packages. */
function declaredLicense(declared: readonly string[], references: Map<string, string>): string {
  if (declared.length === 0) return 'NOASSERTION';
  const expressions = [...new Set(declared)].map((text) => {
    const kind = kindOfLicense(text);
    if (kind === 'id') return text;
    if (kind === 'expression') return declared.length === 1 ? text : `(${text})`;
    const id = `LicenseRef-${hash('sha256', text, 'hex').slice(0, 16)}`;
    references.set(id, text);
    return id;
  });
  return expressions.join(' AND ');
}

function sourceText({ place, evidence }: Package): string {
  return `${evidence}; ${placeText(place)}`;
}

function placeText({ path, innerPath, layer, owner, deletedIn }: Place): string {
  return [
    path === undefined ? '' : `path ${path}${innerPath === undefined ? '' : `!/${innerPath}`}`,
    layer === undefined ? '' : `layer ${layer + 1}`,
    `owner ${owner}`,
    deletedIn === undefined ? '' : `deleted in layer ${deletedIn + 1}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function filesOf({ executables }: ImageRecord): SpdxElement[] {
  const seen = new Set<string>();
  return executables.flatMap(({ sha256, place }) => {
    const id = `SPDXRef-File-${hash('sha256', `${place.path ?? ''}\0${place.layer ?? ''}\0${sha256}`, 'hex').slice(0, 16)}`;
    if (seen.has(id)) return [];
    seen.add(id);
    // SPDX 2.3 wants a SHA-1 of every file, which the record has not: the schema only wants a checksum.
    return [
      {
        SPDXID: id,
        fileName: `.${place.path ?? '/'}`,
        checksums: [{ algorithm: 'SHA256', checksumValue: sha256 }],
        comment: placeText(place),
      },
    ];
  });
}
