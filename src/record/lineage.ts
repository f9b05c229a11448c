import {
  type AttestedBase,
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
  /** Bases that provenance of the build names, those that can be believed best first. */
  readonly attested?: readonly AttestedBase[];
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
    byAttestation(subject.attested ?? [], bases) ??
    byDigest('annotation', subject.annotated, bases) ??
    byChain(subject.diffIds, bases)
  );
}

/**
 * The record with what a catalogue and provenance say of its base. Layers and owners stay as they were found: only who the
 * base is, how that is known, and in which state it is, is added.
 */
export function withLineage(
  record: ImageRecord,
  bases: readonly Base[],
  { fingerprints, attested = [] }: Evidence,
): ImageRecord {
  const { image, base, layers } = record;
  const annotated =
    base?.digest ?? parseDigest((image.annotations[digestAnnotation] ?? image.labels[digestAnnotation]) as string);
  const diffIds = layers.map(({ diffId }) => diffId);
  const found = lineageOf({ diffIds, attested, ...(annotated === undefined ? {} : { annotated }) }, bases);
  if (found !== undefined) return { ...record, base: merged(found, base) };
  if (base !== undefined && base.layers > 0) return record;
  // Whom the catalogue does not know, provenance may still name; what it names is more than a guess.
  const [named] = attested;
  if (named !== undefined) return { ...record, base: { known: 'attestation', layers: 0, ...attestedFacts(named) } };
  const guess = baseByContents(record, bases, fingerprints);
  return guess === undefined ? record : { ...record, base: { ...guess, ...withoutKind(base) } };
}

/** What a record's lineage is told from, beside the record. */
export interface Evidence {
  readonly fingerprints: ReadonlyMap<Digest, Fingerprint>;
  readonly attested?: readonly AttestedBase[];
}

/** What was found, beside what was known before. */
function merged({ diffIds: _, ...found }: Lineage, base: BaseFacts | undefined): BaseFacts {
  if (found.known === 'attestation' && base?.known !== 'layers') return { ...found, layers: base?.layers ?? 0 };
  const isGuess = found.known === 'chain';
  if (isGuess && base !== undefined && base.known !== 'chain') return base;
  return { ...found, ...base, listed: found.listed!, ...(isGuess ? { degree: found.degree! } : {}) };
}

function attestedFacts({ reference, digest, standing, by }: AttestedBase): Omit<BaseFacts, 'known' | 'layers'> {
  return {
    name: reference.split('@', 1)[0]!,
    ...(digest === undefined ? {} : { digest }),
    attested: { standing, ...(by === undefined ? {} : { by }) },
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

function byAttestation(attested: readonly AttestedBase[], bases: readonly Base[]): Lineage | undefined {
  for (const named of attested) {
    const found = byDigest('attestation', named.digest, bases);
    if (found !== undefined) return { ...found, attested: attestedFacts(named).attested! };
  }
  return undefined;
}

function byDigest(
  known: 'attestation' | 'annotation',
  digest: Digest | undefined,
  bases: readonly Base[],
): Lineage | undefined {
  if (digest === undefined) return undefined;
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
