import {
  type Digest,
  type ImageRecord,
  imagePath,
  type OperatingSystem,
  type Package,
  type Place,
  recordSchemaVersion,
} from '../../model/index.ts';
import { ecosystemOf } from '../distributions.ts';
import { compareText, stableId } from '../identity.ts';
import type { Sbom, SbomPackage } from './sbom.ts';

/**
 * The record of what an SBOM says. It knows packages and nothing else: no files, layers, configuration; rules that need
 * those cannot tell. `digest` is the document's own, which is the key where it does not name its subject's.
 */
export function recordFromSbom(
  sbom: Sbom,
  { engine, digest }: { readonly engine: string; readonly digest: Digest },
): ImageRecord {
  const packages = new Map(sbom.packages.map((found) => packageOf(found)).map((found) => [found.id, found]));
  const operatingSystem = operatingSystemOf(sbom);
  return {
    schemaVersion: recordSchemaVersion,
    engine,
    image: {
      digest: sbom.subject.digest ?? digest,
      kind: 'sbom',
      configuration: { env: [], exposedPorts: [], volumes: [] },
      labels: {},
      annotations: {},
      attestations: [],
    },
    layers: [],
    ...(operatingSystem === undefined ? {} : { operatingSystem }),
    packages: [...packages.values()].sort(comparePackages),
    executables: [],
    accounts: [],
    certificates: [],
    findings: [],
    problems: sbom.problems,
    statistics: {
      sizeBytes: 0,
      entries: 0,
      visibleFiles: 0,
      visibleBytes: 0,
      hiddenBytes: 0,
      filesSearchedForSecrets: 0,
    },
  };
}

function packageOf({ path, ...found }: SbomPackage): Package {
  const place: Place = { ...(path === undefined ? {} : { path: imagePath(path) }), owner: 'app' };
  return {
    id: stableId(found.type, found.name, found.version, found.arch, place.path),
    ...found,
    evidence: 'installed',
    cataloger: 'sbom',
    place,
  };
}

function operatingSystemOf({ operatingSystem }: Sbom): OperatingSystem | undefined {
  if (operatingSystem === undefined) return undefined;
  const ecosystem = ecosystemOf(operatingSystem);
  return { ...operatingSystem, ...(ecosystem === undefined ? {} : { ecosystem }), place: { owner: 'app' } };
}

function comparePackages(a: Package, b: Package): number {
  return (
    compareText(a.type, b.type) ||
    compareText(a.name, b.name) ||
    compareText(a.version, b.version) ||
    compareText(a.id, b.id)
  );
}
