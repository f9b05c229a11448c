import { releasesByDigest } from '../../bases/index.ts';
import {
  type AskedImpact,
  type Base,
  type Impact,
  type ImpactedPackage,
  parseDigest,
  type VulnerabilityFinding,
} from '../../model/index.ts';
import type { IndexedPackage, PackageUse, RecordIndex } from '../../store/index.ts';
import { type AffectedPackages, packagesNamed, packagesWith } from './affected-packages.ts';
import { groupByBase, type ReachedImage, standingOn } from './group-by-base.ts';

export interface ImpactQuestion {
  /** A vulnerability's id, a package's name or purl, a digest. */
  readonly text: string;
  /** A range of versions, for packages. */
  readonly versions?: string;
  readonly databasePath: string;
  readonly bases: readonly Base[];
}

/** Ids as databases of vulnerabilities write them; anything else is a package's name. */
const vulnerabilityShape =
  /^(?:CVE|GHSA|DSA|DLA|DTSA|USN|LSN|RHSA|RHBA|RHEA|ALSA|RLSA|ELSA|SUSE|openSUSE|ALPINE|ALBA|PYSEC|GO|RUSTSEC|MAL|OSV|CGA|BIT|PSF|DEBIAN|UBUNTU|MGASA|JLSEC|HSEC|BELL|MINI|ECHO|TEMP)-[\w:.-]+$/i;

/** Whom it reaches, by bases and images; of the kept records alone, so it asks neither registry nor engine. */
export function findImpact(index: RecordIndex, { text, versions, databasePath, bases }: ImpactQuestion): Impact {
  const digest = parseDigest(text);
  if (digest !== undefined) return impactOfDigest(index, digest, bases);
  const affected =
    versions === undefined && vulnerabilityShape.test(text)
      ? packagesWith(index, text, databasePath)
      : packagesNamed(index, text, versions);
  return impactOfPackages(index, affected, bases);
}

/** Images that stand on a base. */
export function findChildren(index: RecordIndex, base: Base, bases: readonly Base[]): Impact {
  const images = index.images();
  const { bases: grouped } = groupByBase(
    images.map((image) => ({ image, packages: [] })),
    bases,
    index,
  );
  const own = grouped.filter(({ name }) => name === base.name);
  return {
    asked: { kind: 'base', name: base.name },
    bases: own,
    others: [],
    images: countOf(own),
    records: images.length,
    caveats: [],
  };
}

function impactOfPackages(index: RecordIndex, affected: AffectedPackages, bases: readonly Base[]): Impact {
  const byImage = new Map<number, ImpactedPackage[]>();
  for (const [found, finding] of affected.packages)
    for (const use of index.usesOf(found.id)) {
      const list = byImage.get(use.imageId);
      const shown = impactedPackage(found, use, finding);
      if (list === undefined) byImage.set(use.imageId, [shown]);
      else list.push(shown);
    }
  const images = index.imagesById([...byImage.keys()]);
  const reached = [...byImage].map(([id, packages]) => ({ image: images.get(id)!, packages: sorted(packages) }));
  return answer(index, { asked: affected.asked, reached, bases, caveats: affected.caveats });
}

function impactOfDigest(
  index: RecordIndex,
  digest: NonNullable<ReturnType<typeof parseDigest>>,
  bases: readonly Base[],
): Impact {
  const release = releasesByDigest(bases).get(digest);
  const self = index.imagesOfDigest(digest);
  const withLayer = index.imagesWithLayer(digest);
  const onRelease =
    release === undefined
      ? []
      : [...standingOn(index, bases)].filter(([, each]) => each.release === release.release).map(([id]) => id);
  const claimed =
    release === undefined
      ? []
      : index
          .images()
          .filter(
            ({ base }) => base !== undefined && [base.digest, base.listed?.release].includes(release.release.digest),
          )
          .map(({ id }) => id);
  const ids = [...new Set([...self, ...withLayer, ...onRelease, ...claimed])].sort((a, b) => a - b);
  const images = index.imagesById(ids);
  const means = [
    ...(release === undefined ? [] : (['release'] as const)),
    ...(self.length === 0 ? [] : (['image'] as const)),
    ...(withLayer.length === 0 ? [] : (['layer'] as const)),
  ];
  const reached = ids.map((id) => ({ image: images.get(id)!, packages: [] }));
  return answer(index, { asked: { kind: 'digest', digest, means }, reached, bases, caveats: [] });
}

function answer(
  index: RecordIndex,
  {
    asked,
    reached,
    bases,
    caveats,
  }: {
    readonly asked: AskedImpact;
    readonly reached: readonly ReachedImage[];
    readonly bases: readonly Base[];
    readonly caveats: readonly string[];
  },
): Impact {
  const grouped = groupByBase(reached, bases, index);
  return {
    asked,
    ...grouped,
    images: countOf(grouped.bases) + grouped.others.length,
    records: index.count(),
    caveats,
  };
}

function countOf(bases: Impact['bases']): number {
  return bases.reduce((sum, { releases }) => sum + releases.reduce((all, { images }) => all + images.length, 0), 0);
}

function impactedPackage(
  { purl, name, version }: IndexedPackage,
  { owner, layer, path }: PackageUse,
  finding: VulnerabilityFinding | undefined,
): ImpactedPackage {
  return {
    purl,
    name,
    version,
    owner,
    ...(layer === undefined ? {} : { layer }),
    ...(path === undefined ? {} : { path }),
    ...(finding === undefined ? {} : { severity: finding.severity, fix: finding.fix }),
  };
}

function sorted(packages: readonly ImpactedPackage[]): readonly ImpactedPackage[] {
  const key = ({ purl, path }: ImpactedPackage): string => `${purl} ${path ?? ''}`;
  return packages.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}
