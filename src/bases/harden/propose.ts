import {
  CodedError,
  compareSeverity,
  type Hardening,
  type ImageRecord,
  type Package,
  type RemovedPackage,
  type VulnerabilityFinding,
} from '../../model/index.ts';
import { PackageGraph } from './package-graph.ts';
import { type NamedRecord, rootsOf } from './roots.ts';

/** Names as package managers allow them: nothing else may reach a Dockerfile or a shell. */
const nameShape = /^[A-Za-z0-9][A-Za-z0-9+._-]{0,200}$/;

/**
 * The smaller form of a base: all packages but those that something needs, as far as declared needs, linked libraries,
 * interpreters and entry points show. Throws `nothing-to-harden` where no package manager's packages are in it.
 */
export function proposeHardening(
  { name, record }: NamedRecord,
  given: { readonly apps: readonly NamedRecord[]; readonly keep: readonly string[] },
): Hardening {
  const graph = new PackageGraph(record);
  if (graph.packages.length === 0)
    throw new CodedError('nothing-to-harden', `${name} has no packages of dpkg, apk or rpm that could be removed`);
  const roots = rootsOf(record, graph, given);
  const odd = graph.packages.filter((found) => !nameShape.test(found.name));
  const kept = graph.closure([...roots.needs, ...odd.map((found) => ({ found, why: 'its name is odd' }))]);
  const findings = vulnerabilitiesByPackage(record);
  const removed = graph.packages
    .filter((found) => !kept.has(found))
    .map((found) => removedPackage(found, findings.get(found.id) ?? []))
    .sort((a, b) => b.sizeBytes - a.sizeBytes || (a.name < b.name ? -1 : 1));
  const savedFindings = removed.reduce((sum, each) => sum + each.findings, 0);
  return {
    image: { reference: name, digest: record.image.digest },
    for: given.apps.map((app) => app.name),
    kept: [...kept]
      .map(([found, why]) => ({ name: found.name, version: found.version, sizeBytes: found.sizeBytes ?? 0, why }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    removed,
    savedBytes: removed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    ...(record.advisories === undefined ? {} : { savedFindings }),
    unknown: roots.unknown,
  };
}

function vulnerabilitiesByPackage(record: ImageRecord): ReadonlyMap<string, readonly VulnerabilityFinding[]> {
  const found = new Map<string, VulnerabilityFinding[]>();
  for (const finding of record.findings) {
    if (finding.kind !== 'vulnerability') continue;
    const list = found.get(finding.packageId);
    if (list === undefined) found.set(finding.packageId, [finding]);
    else list.push(finding);
  }
  return found;
}

function removedPackage(
  { name, version, sizeBytes = 0 }: Package,
  findings: readonly VulnerabilityFinding[],
): RemovedPackage {
  const worst = findings.map(({ severity }) => severity).sort(compareSeverity)[0];
  return { name, version, sizeBytes, findings: findings.length, ...(worst === undefined ? {} : { worst }) };
}
