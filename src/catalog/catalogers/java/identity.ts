import { isPlausibleText } from '../../package-text.ts';
import { groupByPath, namedByFile } from './file-name.ts';
import { knownGroup } from './groups.table.ts';
import { plainValue } from './manifest.ts';
import type { Coordinates } from './pom.ts';

/** What is known of an archive before it is named. */
export interface Evidence {
  /** Path of the archive in the image, or in the archive that holds it. */
  readonly path: string;
  readonly manifest: ReadonlyMap<string, string>;
  /** Of every `pom.properties` (or `pom.xml`, where that is alone) inside. */
  readonly poms: readonly Coordinates[];
}

/** An archive's own name: `group:artifact`, or the artifact alone where nothing tells the group. */
export interface Identity {
  readonly name: string;
  /** Empty where nothing tells it. */
  readonly version: string;
  /** The pom that it comes from; the other poms are of artifacts shaded in. */
  readonly pom?: Coordinates;
}

/**
 * Names an archive. In this order: the pom that fits the file's name, or is the only one; else the file's name and the
 * manifest, with the group from the table of common artifacts, the repository path or a manifest that speaks of the same
 * version. Undefined where several poms are inside and none of them nor the file's name is its own: an application
 * with its dependencies shaded in, which the poms name.
 */
export function identify(evidence: Evidence): Identity | undefined {
  const { poms, manifest, path } = evidence;
  const file = namedByFile(path.slice(path.lastIndexOf('/') + 1));
  const pom = ownPom(poms, file.artifact, file.version);
  if (pom !== undefined) return { name: `${pom.group}:${pom.artifact}`, version: pom.version, pom };
  if (poms.length > 0 && file.version === undefined) return undefined;
  const version = file.version ?? versionByManifest(manifest) ?? '';
  const artifact = file.version === undefined ? artifactByManifest(manifest, file.artifact) : file.artifact;
  const group = knownGroup(artifact, version) ?? groupByPath(path) ?? groupByManifest(manifest, artifact, version);
  return { name: group === undefined ? artifact : `${group}:${artifact}`, version };
}

function ownPom(poms: readonly Coordinates[], artifact: string, version?: string): Coordinates | undefined {
  const exact = poms.filter((pom) => pom.artifact === artifact);
  if (exact.length > 0) return exact.find((pom) => pom.version === version) ?? exact[0];
  // `artifact-version-classifier` whose split was misjudged, or a version that does not begin with a digit.
  const begun = poms.filter((pom) => artifact.startsWith(`${pom.artifact}-`) && artifact.includes(`-${pom.version}`));
  if (begun.length > 0) return begun.reduce((a, b) => (b.artifact.length > a.artifact.length ? b : a));
  const sameVersion = poms.filter((pom) => pom.version === version);
  if (version !== undefined && sameVersion.length === 1 && related(sameVersion[0]!.artifact, artifact))
    return sameVersion[0];
  return poms.length === 1 && version === undefined ? poms[0] : undefined;
}

/** Bundles are often called otherwise than their artifacts: `osgi.core` for `org.osgi.core`. */
function related(a: string, b: string): boolean {
  return a.includes(b) || b.includes(a);
}

function versionByManifest(manifest: ReadonlyMap<string, string>): string | undefined {
  for (const header of ['implementation-version', 'bundle-version', 'specification-version']) {
    const value = plainValue(manifest.get(header));
    if (isPlausibleText(value) && /^[vV]?\d/.test(value)) return value.split(/\s/, 1)[0];
  }
  return undefined;
}

/** The artifact of a file whose name has no version: the file's own name if the table knows it, else the manifest's. */
function artifactByManifest(manifest: ReadonlyMap<string, string>, stem: string): string {
  if (knownGroup(stem, '0') !== undefined) return stem;
  const symbolic = plainValue(manifest.get('bundle-symbolicname'));
  if (symbolic?.endsWith(`.${stem}`) === true) return stem;
  const module = plainValue(manifest.get('automatic-module-name'));
  for (const value of [plainValue(manifest.get('implementation-title')), symbolic, module]) {
    if (isPlausibleText(value) && /^[A-Za-z0-9_.-]+$/.test(value)) return lastPartIfKnown(value);
  }
  return stem;
}

/** `com.fasterxml.jackson.core.jackson-databind` → `jackson-databind`, where the table knows that. */
function lastPartIfKnown(value: string): string {
  const last = value.slice(value.lastIndexOf('.') + 1);
  return knownGroup(last, '0') === undefined ? value : last;
}

/**
 * The group that a manifest gives, if it speaks of this very archive: shading leaves manifests of others behind, so its
 * version must be the archive's. Maven's archiver writes Implementation-Vendor-Id; its bundle plugin names bundles
 * `group.artifact`.
 */
function groupByManifest(manifest: ReadonlyMap<string, string>, artifact: string, version: string): string | undefined {
  const versions = [manifest.get('implementation-version'), manifest.get('bundle-version')];
  if (!versions.includes(version)) return undefined;
  const symbolic = plainValue(manifest.get('bundle-symbolicname'));
  if (symbolic?.endsWith(`.${artifact}`) === true) {
    const group = symbolic.slice(0, -artifact.length - 1);
    if (group.includes('.')) return group;
  }
  const vendor = plainValue(manifest.get('implementation-vendor-id'));
  return vendor !== undefined && /^[a-z][\w-]*(?:\.[\w-]+){2,}$/.test(vendor) ? vendor : undefined;
}
