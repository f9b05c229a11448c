import type { Digest } from './digest.ts';
import type { VerdictResult } from './verdict.ts';

/** The states of a base, in the order in which it goes through them; none is ever left backwards but by a new release. */
export const baseStates = ['candidate', 'endorsed', 'deprecated', 'retired'] as const;

/**
 * `candidate`: taken in, not yet stood behind. `endorsed`: security stands behind it. `deprecated`: still allowed, build on
 * something newer. `retired`: no longer to be built on.
 */
export type BaseState = (typeof baseStates)[number];

/** A base image of the organisation's library, as its file in the catalogue says (docs/formats/base.md). */
export interface Base {
  readonly name: string;
  readonly description?: string;
  /** What it is for: `plain`, `java`, `node`, `python`, `static`, … */
  readonly purpose: string;
  /** The image outside that it is made from: a reference as `scan` takes it. */
  readonly source: string;
  readonly owner: string;
  /** A built-in policy or a file beside the catalogue; `base` where nothing is said. */
  readonly policy?: string;
  /** Scope of that policy. */
  readonly scope?: string;
  /** `YYYY-MM-DD` */
  readonly supportEnd?: string;
  /** Tags under which it is published: `stable`, `12`. */
  readonly channels: readonly string[];
  readonly state: BaseState;
  /** Oldest first. */
  readonly releases: readonly BaseRelease[];
  /** Only ever appended to. */
  readonly history: readonly BaseEvent[];
}

/** One image that a base was, or is. */
export interface BaseRelease {
  /** As records are keyed: the manifest's digest, else the configuration's. */
  readonly digest: Digest;
  /** Other digests that mean the same image: its index, its configuration, where it was published. */
  readonly aliases: readonly Digest[];
  readonly platform?: string;
  /** Where it was taken from. */
  readonly reference: string;
  /** RFC 3339: when it was taken into the catalogue. */
  readonly added: string;
  readonly sizeBytes: number;
  /** Of its layers, from the bottom up. */
  readonly diffIds: readonly Digest[];
  readonly state: BaseState;
  readonly verdict?: ReleaseVerdict;
  readonly endorsement?: Endorsement;
  readonly published: readonly PublishedRelease[];
}

/** How it was last judged. */
export interface ReleaseVerdict {
  readonly result: VerdictResult;
  readonly policy: string;
  readonly policyDigest: string;
  readonly scope: string;
  readonly databaseDigest?: string;
  readonly at: string;
}

/** Who stands behind it; the signed statement lies beside the catalogue. */
export interface Endorsement {
  readonly by: string;
  readonly role: string;
  readonly at: string;
  /** SHA-256 of the bundle in `statements/`. */
  readonly statement: Digest;
}

export interface PublishedRelease {
  readonly reference: string;
  readonly digest: Digest;
  readonly at: string;
}

export interface BaseEvent {
  readonly at: string;
  readonly by: string;
  readonly what: 'added' | 'assessed' | 'endorsed' | 'turned' | 'published' | 'deprecated' | 'retired';
  readonly release?: Digest;
  readonly why?: string;
}

/** What a release holds, for telling images that no longer have its layers: see record/likeness.ts. */
export interface Fingerprint {
  readonly digest: Digest;
  /** First 16 hex digits of the SHA-256 of each executable, sorted, without repetition. */
  readonly executables: readonly string[];
  /** `type name version`, sorted, without repetition. */
  readonly packages: readonly string[];
}

/** How far provenance can be believed: an enrolled builder signed it, somebody did, or nobody. */
export type AttestationStanding = 'verified' | 'signed' | 'unsigned';

/** A base that provenance of the build names. */
export interface AttestedBase {
  readonly reference: string;
  readonly digest?: Digest;
  readonly standing: AttestationStanding;
  /** Who signed, where that was verified. */
  readonly by?: string;
}

/** A base as the catalogue lists it, where an image or a reference was found to mean it. */
export interface ListedBase {
  readonly name: string;
  readonly purpose: string;
  readonly owner: string;
  /** Of the release, or of the whole base where that is the worse. */
  readonly state: BaseState;
  /** Absent where only the base is known, not which of its releases. */
  readonly release?: Digest;
  /** The newest endorsed release for the platform, where it is another one. */
  readonly newest?: { readonly digest: Digest; readonly reference: string };
  /** How the release was last judged. */
  readonly verdict?: VerdictResult;
  readonly supportEnd?: string;
}

/** A base as the catalogue lists it, by one of its releases or by its name alone. */
export function listedBase(base: Base, release?: BaseRelease): ListedBase {
  const newest = newestEndorsed(base, release?.platform);
  return {
    name: base.name,
    purpose: base.purpose,
    owner: base.owner,
    state: stateOf(base, release),
    ...(release === undefined ? {} : { release: release.digest }),
    ...(newest === undefined || newest.digest === release?.digest
      ? {}
      : { newest: { digest: newest.digest, reference: referenceOf(newest) } }),
    ...(release?.verdict === undefined ? {} : { verdict: release.verdict.result }),
    ...(base.supportEnd === undefined ? {} : { supportEnd: base.supportEnd }),
  };
}

/** The state in which a release is: its own, unless the whole base has gone further. Without a release, the base's. */
export function stateOf(base: Base, release?: BaseRelease): BaseState {
  const isOver = base.state === 'deprecated' || base.state === 'retired';
  if (release === undefined) return base.state;
  return isOver && baseStates.indexOf(base.state) > baseStates.indexOf(release.state) ? base.state : release.state;
}

/** The last release that is endorsed, for a platform where one is named. */
export function newestEndorsed(base: Base, platform?: string): BaseRelease | undefined {
  return base.releases.findLast(
    (release) =>
      stateOf(base, release) === 'endorsed' &&
      (platform === undefined || release.platform === undefined || release.platform === platform),
  );
}

/**
 * How a `FROM` names a release: by digest where it was last published, else where it came from. Only an engine's own image
 * is named by its tag: no registry has it by a digest.
 */
export function referenceOf({ published, reference, digest }: BaseRelease): string {
  const last = published.at(-1);
  const [name, at] = last === undefined ? [reference, digest] : [last.reference, last.digest];
  if (/^(?:archive|layout):/.test(name)) return name;
  if (name.startsWith('docker:')) return name.slice('docker:'.length);
  return `${name.replace(/^registry:/, '').split('@', 1)[0]!}@${at}`;
}

/** Asks a catalogue what a reference of a `FROM` means; undefined where it lists nothing of that name or digest. */
export type FindBase = (reference: string) => ListedBase | undefined;
