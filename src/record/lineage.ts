import {
  type Base,
  type BaseFacts,
  type BaseRelease,
  type Digest,
  type Fingerprint,
  type ImageRecord,
  listedBase,
  parseDigest,
} from '../model/index.ts';
import { baseByContents } from './likeness.ts';

/** What is known of an image before its layers are read. */
export interface LineageSubject {
  readonly diffIds: readonly Digest[];
  /** Digests of base images that a verified attestation of the build names. */
  readonly attested?: readonly Digest[];
  /** `org.opencontainers.image.base.digest` of annotations or labels. */
  readonly annotated?: Digest;
}

/** A base by evidence of its layers or of who built the image. */
export type Lineage = Omit<BaseFacts, 'known'> & {
  readonly known: 'layers' | 'attestation' | 'annotation' | 'chain';
  /** The layers that are the base's. */
  readonly diffIds: readonly Digest[];
};

/**
 * Which base of a catalogue an image was built on, by the strongest evidence that there is: all layers of a release lie at
 * the bottom (the longest chain wins: a base on a base is the nearer one); else an attestation names it; else an
 * annotation; else some of its lowest layers are those of a release, which makes it another release of that base or of
 * what that base was made from: told as a guess, with the part of the chain that is shared.
 */
export function lineageOf(subject: LineageSubject, bases: readonly Base[]): Lineage | undefined {
  return (
    byLayers(subject.diffIds, bases) ??
    byDigest('attestation', subject.attested ?? [], bases) ??
    byDigest('annotation', subject.annotated === undefined ? [] : [subject.annotated], bases) ??
    byChain(subject.diffIds, bases)
  );
}

/**
 * The record with what a catalogue says of its base. Layers and owners stay as they were found: only who the base is, and
 * in which state, is added.
 */
export function withLineage(
  record: ImageRecord,
  bases: readonly Base[],
  fingerprints: ReadonlyMap<Digest, Fingerprint>,
): ImageRecord {
  const { image, base, layers } = record;
  const annotated =
    base?.digest ?? parseDigest((image.annotations[digestAnnotation] ?? image.labels[digestAnnotation]) as string);
  const found = lineageOf(
    { diffIds: layers.map(({ diffId }) => diffId), ...(annotated === undefined ? {} : { annotated }) },
    bases,
  );
  if (found === undefined) {
    const guess = base === undefined || base.layers === 0 ? baseByContents(record, bases, fingerprints) : undefined;
    return guess === undefined ? record : { ...record, base: { ...guess, ...withoutKind(base) } };
  }
  const { diffIds: _, ...facts } = found;
  const isGuess = found.known === 'chain';
  if (isGuess && base !== undefined && base.known !== 'chain') return record;
  return {
    ...record,
    base: { ...facts, ...base, listed: facts.listed!, ...(isGuess ? { degree: found.degree! } : {}) },
  };
}

const digestAnnotation = 'org.opencontainers.image.base.digest';

/** What an annotation says beside a guess: its name and digest, for what they are worth. */
function withoutKind(base: BaseFacts | undefined): Partial<BaseFacts> {
  if (base === undefined) return {};
  const { known: _, layers: __, ...rest } = base;
  return rest;
}

/** Of releases with the same layers the last one: what differs is no file. */
function byLayers(diffIds: readonly Digest[], bases: readonly Base[]): Lineage | undefined {
  let best: { readonly base: Base; readonly release: BaseRelease } | undefined;
  for (const base of bases)
    for (const release of base.releases) {
      const { length } = release.diffIds;
      if (length === 0 || sharedLayers(release.diffIds, diffIds) < length) continue;
      if (best === undefined || length >= best.release.diffIds.length) best = { base, release };
    }
  return best === undefined ? undefined : exact('layers', best, best.release.diffIds);
}

function byDigest(
  known: 'attestation' | 'annotation',
  digests: readonly Digest[],
  bases: readonly Base[],
): Lineage | undefined {
  for (const digest of digests)
    for (const base of bases)
      for (const release of base.releases)
        if (release.digest === digest || release.aliases.includes(digest)) return exact(known, { base, release }, []);
  return undefined;
}

function exact(
  known: 'layers' | 'attestation' | 'annotation',
  { base, release }: { readonly base: Base; readonly release: BaseRelease },
  diffIds: readonly Digest[],
): Lineage {
  return {
    known,
    name: base.name,
    digest: release.digest,
    layers: diffIds.length,
    diffIds,
    listed: listedBase(base, release),
  };
}

/** The release that shares most layers; of several the newest, which the catalogue's order says. */
function byChain(diffIds: readonly Digest[], bases: readonly Base[]): Lineage | undefined {
  let best: { readonly base: Base; readonly shared: number; readonly degree: number } | undefined;
  for (const base of bases)
    for (const release of base.releases) {
      const shared = sharedLayers(release.diffIds, diffIds);
      const degree = shared / Math.max(1, release.diffIds.length);
      if (shared === 0) continue;
      if (best === undefined || shared > best.shared || (shared === best.shared && degree >= best.degree))
        best = { base, shared, degree };
    }
  if (best === undefined) return undefined;
  const { base, shared, degree } = best;
  return {
    known: 'chain',
    name: base.name,
    layers: shared,
    diffIds: diffIds.slice(0, shared),
    listed: unlistedRelease(base),
    degree: rounded(degree),
  };
}

/** A base of which the image has a release that the catalogue does not list. */
function unlistedRelease(base: Base): BaseFacts['listed'] {
  const listed = listedBase(base);
  return listed.state === 'endorsed' ? { ...listed, state: 'candidate' } : listed;
}

/** How many of the lowest layers are alike. */
function sharedLayers(a: readonly Digest[], b: readonly Digest[]): number {
  let shared = 0;
  while (shared < a.length && shared < b.length && a[shared] === b[shared]) shared++;
  return shared;
}

function rounded(part: number): number {
  return Math.round(part * 100) / 100;
}
