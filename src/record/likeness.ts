import {
  type Base,
  type BaseFacts,
  type Digest,
  type Fingerprint,
  type ImageRecord,
  listedBase,
} from '../model/index.ts';

/** Fewer items tell nothing: two programs are in many images. */
const leastItems = 8;
/** Less of a base than this is no base: distributions share a quarter of their packages' versions by chance of time. */
const leastDegree = 0.5;

const hashDigits = 16;

/** What an image holds, small enough to lie beside the catalogue: see `Fingerprint`. */
export function fingerprintOf(record: ImageRecord): Fingerprint {
  const executables = record.executables.map(({ sha256 }) => sha256.slice(0, hashDigits));
  const packages = record.packages
    .filter(({ place }) => place.deletedIn === undefined)
    .map(({ type, name, version }) => `${type} ${name} ${version}`);
  return { digest: record.image.digest, executables: distinct(executables), packages: distinct(packages) };
}

/**
 * The base whose contents an image holds, for images that were squashed or exported and have none of its layers: which
 * executables (by SHA-256) and packages (by version) of a release are in it. Of those that fit, the one of which most is
 * there and least is missing, so that of a base and the base that it was made from the nearer one is named. Always a
 * guess, told with its degree: the same packages may have been installed by somebody else.
 */
export function baseByContents(
  record: ImageRecord,
  bases: readonly Base[],
  fingerprints: ReadonlyMap<Digest, Fingerprint>,
): BaseFacts | undefined {
  const own = fingerprintOf(record);
  const executables = new Set(own.executables);
  const packages = new Set(own.packages);
  let best: { readonly facts: BaseFacts; readonly gain: number } | undefined;
  for (const base of bases)
    for (const release of base.releases) {
      const fingerprint = fingerprints.get(release.digest);
      if (fingerprint === undefined) continue;
      const all = fingerprint.executables.length + fingerprint.packages.length;
      const there = countIn(fingerprint.executables, executables) + countIn(fingerprint.packages, packages);
      const degree = Math.floor((there / all) * 100) / 100;
      const gain = there - (all - there);
      if (all < leastItems || degree < leastDegree || (best !== undefined && gain < best.gain)) continue;
      best = {
        gain,
        facts: { known: 'contents', name: base.name, layers: 0, listed: listedBase(base, release), degree },
      };
    }
  return best?.facts;
}

function countIn(items: readonly string[], all: ReadonlySet<string>): number {
  return items.reduce((count, item) => (all.has(item) ? count + 1 : count), 0);
}

function distinct(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}
