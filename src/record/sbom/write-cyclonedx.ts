import { parsePurl } from '../../formats/purl.ts';
import {
  compareSeverity,
  type Executable,
  type ImageRecord,
  type Package,
  type Place,
  type VulnerabilityFinding,
} from '../../model/index.ts';
import { fullNameOf } from '../purl-types.ts';
import { documentIdentity, secondsText } from './document-identity.ts';
import { kindOfLicense } from './licenses.ts';
import type { SbomOptions } from './write-options.ts';

/**
 * A record as CycloneDX 1.6 JSON with a newline at the end: packages with place and owner as `plimsoll:` properties,
 * vulnerabilities with what they affect, the image as the described component. The same bytes for the same record.
 */
export function writeCycloneDx(record: ImageRecord, options: SbomOptions = {}): string {
  const { uuid, tool, created } = documentIdentity(record, 'cyclonedx');
  const packages = distinctById(record.packages);
  const refs = packages.map(refOf);
  const executables = options.executables === true ? record.executables : [];
  const unread = record.problems.some(({ hides }) => hides === 'all' || hides === 'packages');
  const document = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuid}`,
    version: 1,
    metadata: {
      ...(created === undefined ? {} : { timestamp: created }),
      tools: { components: [{ type: 'application', ...tool }] },
      component: imageComponent(record, options),
    },
    components: [
      ...operatingSystemOf(record),
      ...packages.map((found) => packageComponent(found, record)),
      ...executables.map(fileComponent),
    ],
    dependencies: [
      { ref: imageRef, ...(refs.length === 0 ? {} : { dependsOn: refs }) },
      ...refs.map((ref) => ({ ref })),
    ],
    ...(unread ? { compositions: [{ aggregate: 'incomplete', assemblies: [imageRef] }] } : {}),
    vulnerabilities: vulnerabilitiesOf(record),
  };
  return `${JSON.stringify(document, (_, value: unknown) => (typeof value === 'string' ? value.toWellFormed() : value), 2)}\n`;
}

const imageRef = 'image';

function imageComponent({ image, operatingSystem }: ImageRecord, { reference }: SbomOptions): object {
  const sha256 = /^sha256:([0-9a-f]{64})$/.exec(image.digest)?.[1];
  return {
    type: image.kind === 'image' ? 'container' : 'application',
    'bom-ref': imageRef,
    name: reference ?? image.labels['org.opencontainers.image.title'] ?? image.digest,
    version: image.digest,
    ...(sha256 === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
    properties: properties({
      platform: image.platform,
      configDigest: image.configDigest,
      operatingSystem: operatingSystem === undefined ? undefined : `${operatingSystem.id} ${operatingSystem.version}`,
    }),
  };
}

function operatingSystemOf({ operatingSystem }: ImageRecord): object[] {
  if (operatingSystem === undefined) return [];
  const { id, version, prettyName, place } = operatingSystem;
  return [
    {
      type: 'operating-system',
      'bom-ref': 'operating-system',
      name: id,
      ...(version === '' ? {} : { version }),
      ...(prettyName === undefined ? {} : { description: prettyName }),
      properties: placeProperties(place),
    },
  ];
}

function packageComponent(found: Package, record: ImageRecord): object {
  const purl = parsePurl(found.purl);
  const split =
    purl?.namespace !== undefined &&
    (found.type === 'maven' || found.type === 'npm') &&
    fullNameOf(purl) === found.name;
  return {
    type: 'library',
    'bom-ref': refOf(found),
    ...(split ? { group: purl.namespace, name: purl.name } : { name: found.name }),
    version: found.version,
    ...(found.dev === true ? { scope: 'excluded' } : {}),
    ...licensesOf(found.licenses),
    purl: found.purl,
    properties: [
      ...placeProperties(found.place, record),
      ...properties({
        evidence: found.evidence,
        ecosystem: found.ecosystem,
        'source:name': found.source?.name,
        'source:version': found.source?.version,
        modularity: found.modularity,
        vendor: found.vendor,
        ownedBy: found.ownedBy === undefined ? undefined : `package-${found.ownedBy}`,
      }),
    ],
  };
}

function fileComponent({ sha256, mode, links, place }: Executable): object {
  return {
    type: 'file',
    'bom-ref': `file-${place.path ?? sha256}${place.deletedIn === undefined ? '' : `-${place.layer ?? 0}`}`,
    name: place.path ?? sha256,
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    properties: [
      ...placeProperties(place),
      ...properties({ mode: `0${mode.toString(8)}`, links: links.length === 0 ? undefined : links.join(' ') }),
    ],
  };
}

function licensesOf(licenses: readonly string[]): object {
  const [only] = licenses;
  if (only === undefined) return {};
  if (licenses.length === 1 && kindOfLicense(only) === 'expression') return { licenses: [{ expression: only }] };
  return {
    licenses: [...new Set(licenses)].map((text) => ({
      license: kindOfLicense(text) === 'id' ? { id: text } : { name: text },
    })),
  };
}

/** One entry for each advisory, with all that it affects; rated as the gravest of them. */
function vulnerabilitiesOf(record: ImageRecord): object[] {
  const byAdvisory = new Map<string, VulnerabilityFinding[]>();
  for (const finding of record.findings) {
    if (finding.kind !== 'vulnerability') continue;
    const known = byAdvisory.get(finding.advisory);
    if (known === undefined) byAdvisory.set(finding.advisory, [finding]);
    else known.push(finding);
  }
  return [...byAdvisory]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([advisory, findings]) => vulnerability(advisory, findings));
}

function vulnerability(advisory: string, findings: readonly VulnerabilityFinding[]): object {
  const sorted = [...findings].sort((a, b) => compareSeverity(a.severity, b.severity) || (a.id < b.id ? -1 : 1));
  const first = sorted[0]!;
  const published = secondsText(first.published);
  const updated = secondsText(first.modified);
  const fixes = [
    ...new Set(
      sorted.flatMap(({ packageName, fix }) =>
        fix.version === undefined ? [] : [`upgrade ${packageName} to ${fix.version}`],
      ),
    ),
  ];
  const affected = new Map(sorted.map(({ packageId, packageVersion }) => [packageId, packageVersion]));
  return {
    'bom-ref': `vulnerability-${advisory}`,
    id: advisory,
    source: { name: first.ecosystem },
    ...(first.aliases.length === 0
      ? {}
      : { references: first.aliases.map((id) => ({ id, source: { name: sourceName(id) } })) }),
    ratings: ratingsOf(first),
    description: first.title,
    ...(fixes.length === 0 ? {} : { recommendation: fixes.join('; ') }),
    ...(first.reference === undefined ? {} : { advisories: [{ url: first.reference }] }),
    ...(published === undefined ? {} : { published }),
    ...(updated === undefined ? {} : { updated }),
    affects: [...affected].map(([id, version]) => ({
      ref: `package-${id}`,
      versions: [{ version, status: 'affected' }],
    })),
    properties: properties({
      fixState: first.fix.state,
      exploitedSince: first.exploited?.since,
      severitySource: first.severitySource,
    }),
  };
}

const methods = { '2.0': 'CVSSv2', '3.0': 'CVSSv3', '3.1': 'CVSSv31', '4.0': 'CVSSv4' } as const;

function ratingsOf({ severity, cvss, epss }: VulnerabilityFinding): object[] {
  const word = severity === 'negligible' ? 'info' : severity;
  return [
    cvss === undefined
      ? { severity: word }
      : { score: cvss.score, severity: word, method: methods[cvss.version], vector: cvss.vector },
    ...(epss === undefined ? [] : [{ source: { name: 'FIRST EPSS' }, score: epss.score, method: 'other' }]),
  ];
}

function sourceName(id: string): string {
  return id.includes('-') ? id.slice(0, id.indexOf('-')) : 'OSV';
}

function placeProperties({ path, innerPath, layer, owner, deletedIn }: Place, record?: ImageRecord): object[] {
  return properties({
    path,
    innerPath,
    'layer:index': layer,
    'layer:diffId': layer === undefined ? undefined : record?.layers[layer]?.diffId,
    owner,
    deletedInLayer: deletedIn,
  });
}

function properties(values: Readonly<Record<string, string | number | undefined>>): { name: string; value: string }[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `plimsoll:${name}`, value: String(value) }],
  );
}

function refOf({ id }: Pick<Package, 'id'>): string {
  return `package-${id}`;
}

/** A reference must be unique in the document. */
function distinctById(packages: readonly Package[]): Package[] {
  return [...new Map(packages.map((found) => [found.id, found])).values()];
}
