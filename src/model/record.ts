import type { AttestationStanding, ListedBase } from './base.ts';
import type { AccountItem, CertificateItem, ElfFacts, ExecutableItem, OperatingSystemItem } from './contents.ts';
import type { Digest } from './digest.ts';
import type { Finding, Owner, Place } from './finding.ts';
import type { ImagePath } from './image-path.ts';
import type { Problem } from './problem.ts';

/** Version of the record's shape, `major.minor`; within a major only additions. */
export const recordSchemaVersion = '1.0';

/**
 * All that is known of one image. Plain JSON; arrays are sorted (see record/assemble.ts) and nothing in it depends on the
 * clock, the machine or where the image was read, so the same image and advisory database give the same bytes.
 */
export interface ImageRecord {
  readonly schemaVersion: typeof recordSchemaVersion;
  /** `plimsoll 0.1.0`: what made the record. */
  readonly engine: string;
  readonly image: ImageFacts;
  readonly layers: readonly LayerFacts[];
  readonly base?: BaseFacts;
  readonly operatingSystem?: OperatingSystem;
  readonly packages: readonly Package[];
  readonly executables: readonly Executable[];
  readonly accounts: readonly Account[];
  readonly certificates: readonly Certificate[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly statistics: Statistics;
  /** What the vulnerabilities were looked up in; absent when no database was given: then nothing is known of them. */
  readonly advisories?: AdvisoryCoverage;
}

export interface ImageFacts {
  /** The record's key: the manifest's digest where the source has one, else the configuration's. */
  readonly digest: Digest;
  readonly manifestDigest?: Digest;
  /** Digest of the image configuration: what Docker calls the image id. Absent for `dir:` and `sbom:`. */
  readonly configDigest?: Digest;
  /** `linux/amd64`, `linux/arm64/v8` */
  readonly platform?: string;
  /** RFC 3339, from the configuration. */
  readonly created?: string;
  readonly kind: 'image' | 'directory' | 'sbom';
  readonly configuration: ImageConfiguration;
  /** Labels and annotations: the configuration's labels; the manifest's annotations. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Digests of attestation manifests that lie beside the image in its index (BuildKit). */
  readonly attestations: readonly Digest[];
}

/** What of the image's configuration decides how it runs (OCI image-spec, config.md). Secrets in values are redacted. */
export interface ImageConfiguration {
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly workingDir?: string;
  readonly env: readonly string[];
  readonly exposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal?: string;
  readonly healthcheck?: readonly string[];
  readonly shell?: readonly string[];
}

export interface LayerFacts {
  readonly index: number;
  readonly diffId: Digest;
  /** Digest of the blob as stored, where the source names it. */
  readonly digest?: Digest;
  /** Uncompressed bytes. */
  readonly sizeBytes: number;
  readonly entries: number;
  readonly owner: Owner;
  /** The instruction that made it, from the history, shortened to 200 characters, secrets redacted. */
  readonly instruction?: string;
}

export interface BaseFacts {
  /**
   * How it is known: `layers` (compared with those of the base that --base or the catalogue names), `attestation`,
   * `annotation`; or guessed: `chain` (some of its lowest layers are those of a base), `contents` (what it holds is).
   */
  readonly known: 'layers' | 'attestation' | 'annotation' | 'chain' | 'contents';
  readonly name?: string;
  /** Absent where the base is only guessed. */
  readonly digest?: Digest;
  /** How many of the lowest layers are the base's. */
  readonly layers: number;
  /** The base in the organisation's catalogue, where one was given and lists it. */
  readonly listed?: ListedBase;
  /** Where provenance names it: how far that can be believed, and who signed. */
  readonly attested?: { readonly standing: AttestationStanding; readonly by?: string };
  /** Of a guess: which part of the listed release's layers or contents the image has, 0–1. */
  readonly degree?: number;
}

export interface OperatingSystem extends Omit<OperatingSystemItem, 'kind' | 'path'> {
  /** OSV's ecosystem for its packages: `Debian:12`, `Alpine:v3.19`; absent where OSV has none. */
  readonly ecosystem?: string;
  readonly place: Place;
}

export interface Package {
  /** Stable: 16 hex digits over type, name, version, architecture and place. */
  readonly id: string;
  /** purl type: `deb`, `apk`, `rpm`, `npm`, `pypi`, `maven`, `golang`, `cargo`, `gem`, … */
  readonly type: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** Name of the version scheme in versions/list.ts. */
  readonly scheme: string;
  /** The OSV ecosystem in which advisories speak of it, with release: `Debian:12`, `npm`; absent where none is known. */
  readonly ecosystem?: string;
  readonly arch?: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly licenses: readonly string[];
  readonly evidence: 'installed' | 'lockfile' | 'embedded';
  readonly dev?: boolean;
  readonly vendor?: string;
  readonly modularity?: string;
  /** Bytes that it takes when installed, by its database. */
  readonly sizeBytes?: number;
  /** As `PackageItem.depends`, `provides` and `essential`. */
  readonly depends?: readonly string[];
  readonly provides?: readonly string[];
  readonly essential?: boolean;
  readonly cataloger: string;
  /** Id of the operating system's package that brought this language package; its distribution's advisories speak for it. */
  readonly ownedBy?: string;
  readonly place: Place;
}

export interface Executable extends Omit<ExecutableItem, 'kind' | 'path' | 'elf'> {
  readonly elf?: ElfFacts;
  /** Symbolic and hard links that lead to it, sorted. */
  readonly links: readonly ImagePath[];
  /** Id of the operating system's package that brought it, where one says so. */
  readonly ownedBy?: string;
  readonly place: Place;
}

export interface Account extends Omit<AccountItem, 'kind' | 'path' | 'password'> {
  readonly password: 'empty' | 'locked' | 'set' | 'unknown';
  readonly hashAlgorithm?: string;
  readonly place: Place;
}

export interface Certificate extends Omit<CertificateItem, 'kind' | 'path'> {
  readonly place: Place;
}

export interface Statistics {
  /** Uncompressed bytes of all layers. */
  readonly sizeBytes: number;
  /** Files, links and directories in all layers. */
  readonly entries: number;
  /** Regular files that a container sees, and their bytes. */
  readonly visibleFiles: number;
  readonly visibleBytes: number;
  /** Bytes that upper layers deleted or replaced. */
  readonly hiddenBytes: number;
  /** Files in which secrets were looked for. */
  readonly filesSearchedForSecrets: number;
}

export interface AdvisoryCoverage {
  /** `sha256:…` of the database file. */
  readonly databaseDigest: string;
  /** RFC 3339: when the newest of its data was fetched or imported. */
  readonly builtAt: string;
  /** Ecosystems of this image's packages that the database has data for, and those it has not. */
  readonly covered: readonly string[];
  readonly uncovered: readonly string[];
  /** Support end that the database's end-of-life data gives for the operating system, `YYYY-MM-DD`. */
  readonly supportEnd?: string;
}
