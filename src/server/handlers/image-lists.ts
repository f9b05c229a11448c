import type { Finding, ImageRecord } from '../../model/index.ts';
import type { ImageRow } from '../../server-store/index.ts';
import type { ImageExecutable, ImagePackage } from '../contract/index.ts';
import type { Service } from '../service.ts';
import { keptPart, order } from './image-parts.ts';
import { known } from './shapes.ts';

/*
 * Lists that stand in the whole record alone, which takes this thread longer to read than all else that is asked of an image: made
 * once, whichever of their pages are looked at, by whatever they are searched for.
 */

/** All packages of an image, by name, with how much the advisories of now find in each. */
export function packagesPart(service: Service, { image, body }: ImageRow): Promise<readonly ImagePackage[]> {
  const { findings } = service;
  return keptPart(service, ['packages', image, body, findings.stamp], async () =>
    packagesOf(await findings.of(await findings.whole({ image, body }))),
  );
}

/** All executables of an image, in the order of its record. */
export function executablesPart(service: Service, { image, body }: ImageRow): Promise<readonly ImageExecutable[]> {
  return keptPart(service, ['list of executables', image, body], async () =>
    executablesOf(await service.findings.whole({ image, body })),
  );
}

function packagesOf(record: ImageRecord): readonly ImagePackage[] {
  const byPackage = new Map<string, Finding[]>();
  for (const finding of record.findings)
    if (finding.kind === 'vulnerability')
      byPackage.set(finding.packageId, [...(byPackage.get(finding.packageId) ?? []), finding]);
  return record.packages
    .map((found) => {
      const own = byPackage.get(found.id) ?? [];
      const worst = own.map(({ severity }) => severity).sort((a, b) => order.indexOf(a) - order.indexOf(b))[0];
      const { id, type, name, version, purl, ecosystem, arch, source, licenses, evidence, sizeBytes, ownedBy, place } =
        found;
      return known({
        ...{ id, type, name, version, purl, ecosystem, arch, source, licenses, evidence, sizeBytes, ownedBy, place },
        findings: own.length,
        worst,
      }) as unknown as ImagePackage;
    })
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version) || compare(a.id, b.id));
}

function executablesOf({ executables }: ImageRecord): readonly ImageExecutable[] {
  return executables.map((executable) => {
    const { place, links, ownedBy } = executable;
    const facts = executable as unknown as Readonly<Record<string, unknown>>;
    const mode = typeof facts['mode'] === 'number' ? facts['mode'] : 0;
    return known({
      place,
      links,
      ownedBy,
      mode: facts['mode'],
      sha256: facts['sha256'],
      sizeBytes: facts['sizeBytes'],
      capabilities: facts['capabilities'],
      setuid: (mode & 0o4000) !== 0,
      setgid: (mode & 0o2000) !== 0,
      kind: executable.elf === undefined ? 'script' : 'elf',
    }) as unknown as ImageExecutable;
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
