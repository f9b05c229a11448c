import { type FoundRelease, releasesByDigest } from '../../bases/index.ts';
import {
  type Base,
  type BaseRelease,
  type Digest,
  type ImpactedBase,
  type ImpactedImage,
  type ImpactedPackage,
  type ImpactedRelease,
  stateOf,
} from '../../model/index.ts';
import type { IndexedImage, RecordIndex } from '../../store/index.ts';

/** An image that is reached, with what reaches it. */
export interface ReachedImage {
  readonly image: IndexedImage;
  readonly packages: readonly ImpactedPackage[];
}

export interface Grouped {
  readonly bases: readonly ImpactedBase[];
  readonly others: readonly ImpactedImage[];
}

/** For each image the release whose layers it stands on: the longest chain wins. The release itself is none of them. */
export function standingOn(index: RecordIndex, bases: readonly Base[]): ReadonlyMap<number, FoundRelease> {
  const found = new Map<number, FoundRelease>();
  for (const base of bases)
    for (const release of base.releases)
      for (const id of index.imagesOn(release.diffIds)) {
        const before = found.get(id);
        if (before === undefined || release.diffIds.length >= before.release.diffIds.length)
          found.set(id, { base, release });
      }
  return found;
}

interface Draft {
  readonly base?: Base;
  readonly name: string;
  readonly releases: Map<
    string,
    { release?: BaseRelease; packages: readonly ImpactedPackage[]; images: ImpactedImage[] }
  >;
}

/**
 * Reached images by base and release. What a catalogue can tell by layers is told by them; else by what the image's record
 * says of its base.
 */
export function groupByBase(reached: readonly ReachedImage[], bases: readonly Base[], index: RecordIndex): Grouped {
  const standing = standingOn(index, bases);
  const byDigest = releasesByDigest(bases);
  const drafts = new Map<string, Draft>();
  const others: ImpactedImage[] = [];
  const place = (base: Base | undefined, name: string, release: BaseRelease | undefined) => {
    let draft = drafts.get(name);
    if (draft === undefined)
      drafts.set(name, (draft = { ...(base === undefined ? {} : { base }), name, releases: new Map() }));
    const key = release?.digest ?? '';
    let group = draft.releases.get(key);
    if (group === undefined)
      draft.releases.set(key, (group = { ...(release === undefined ? {} : { release }), packages: [], images: [] }));
    return group;
  };
  for (const { image, packages } of reached) {
    const self = byDigest.get(image.digest);
    if (self !== undefined) {
      place(self.base, self.base.name, self.release).packages = packages;
      continue;
    }
    const by = placeOf(image, bases, { standing, byDigest });
    const shown: ImpactedImage = {
      digest: image.digest,
      names: image.names,
      ...(by === undefined ? {} : { baseKnown: by.known }),
      packages: by?.release === undefined || by.known !== 'layers' ? packages : packages.map(ownedBy(by.release)),
    };
    if (by === undefined) others.push(shown);
    else place(by.base, by.name, by.release).images.push(shown);
  }
  const grouped = [...drafts.values()].map(baseOf).sort((a, b) => compare(a.name, b.name));
  return { bases: grouped, others: sortImages(others) };
}

/** A record that was kept before the catalogue knew its base counts all layers as the application's. */
function ownedBy({ diffIds }: BaseRelease): (found: ImpactedPackage) => ImpactedPackage {
  return (found) =>
    found.layer === undefined ? found : { ...found, owner: found.layer < diffIds.length ? 'base' : 'app' };
}

function placeOf(
  { id, base: facts }: IndexedImage,
  bases: readonly Base[],
  {
    standing,
    byDigest: releases,
  }: { readonly standing: ReadonlyMap<number, FoundRelease>; readonly byDigest: ReadonlyMap<string, FoundRelease> },
): { readonly base?: Base; readonly release?: BaseRelease; readonly name: string; readonly known: string } | undefined {
  const layers = standing.get(id);
  if (layers !== undefined) return { ...layers, name: layers.base.name, known: 'layers' };
  if (facts === undefined) return undefined;
  const degree = facts.degree === undefined ? '' : ` ${Math.floor(facts.degree * 100)}%`;
  const known = `${facts.known}${degree}`;
  const byDigest = [facts.digest, facts.listed?.release]
    .map((digest) => (digest === undefined ? undefined : releases.get(digest)))
    .find((found) => found !== undefined);
  if (byDigest !== undefined) return { ...byDigest, name: byDigest.base.name, known };
  const name = facts.listed?.name ?? facts.name;
  if (name === undefined) return undefined;
  const base = bases.find((each) => each.name === name);
  return { ...(base === undefined ? {} : { base }), name, known };
}

function baseOf({ base, name, releases }: Draft): ImpactedBase {
  const order = (digest: Digest | undefined): number =>
    base?.releases.findIndex((release) => release.digest === digest) ?? -1;
  return {
    name,
    ...(base === undefined ? {} : { owner: base.owner, state: base.state }),
    releases: [...releases.values()]
      .map(({ release, packages, images }): ImpactedRelease => ({
        ...(release === undefined ? {} : { digest: release.digest }),
        ...(base === undefined || release === undefined ? {} : { state: stateOf(base, release) }),
        packages: packages.length > 0 ? packages : inherited(images),
        images: sortImages(images),
      }))
      .sort((a, b) => order(b.digest) - order(a.digest)),
  };
}

/** What all images of a release have from their base, where the release's own record is not kept. */
function inherited(images: readonly ImpactedImage[]): readonly ImpactedPackage[] {
  const [first, ...rest] = images;
  return (first?.packages ?? []).filter(
    ({ owner, purl }) =>
      owner === 'base' &&
      rest.every((image) => image.packages.some((each) => each.purl === purl && each.owner === 'base')),
  );
}

function sortImages(images: readonly ImpactedImage[]): readonly ImpactedImage[] {
  return images.toSorted((a, b) => compare(a.names[0] ?? '', b.names[0] ?? '') || compare(a.digest, b.digest));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
