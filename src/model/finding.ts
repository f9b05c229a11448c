import type { ImagePath } from './image-path.ts';
import type { Severity } from './severity.ts';

/** Who answers for something in an image: the base image it was inherited from, or what was built on top. */
export type Owner = 'base' | 'app';

/** Where in the image something lies, and what brought it. */
export interface Place {
  readonly path?: ImagePath;
  /** Inside an archive at `path`, parts joined by `!/`. */
  readonly innerPath?: string;
  readonly line?: number;
  /** `env:NAME`, `label:NAME`, `history:INDEX`, `user` … for what stands in the image's configuration. */
  readonly configuration?: string;
  /** Index of the layer that brought it, 0 at the bottom; absent for configuration and for SBOM input. */
  readonly layer?: number;
  readonly owner: Owner;
  /** The instruction that made the layer, from the history, shortened to 200 characters. */
  readonly instruction?: string;
  /** Index of the layer that deleted or replaced it; the image still carries the bytes. */
  readonly deletedIn?: number;
}

/** What applies to an image, by kind. `id` is a hash of kind, subject and place, never of time. */
export type Finding = VulnerabilityFinding | SecretFinding | PrivateKeyFinding | MisconfigurationFinding | BloatFinding;

interface FindingFacts {
  /** Stable: `<kind>-<16 hex digits>`. */
  readonly id: string;
  readonly severity: Severity;
  /** One line that says what it is. */
  readonly title: string;
  readonly place: Place;
}

/** A published advisory that applies to a package of the image. */
export interface VulnerabilityFinding extends FindingFacts {
  readonly kind: 'vulnerability';
  /** The best-known id: CVE before GHSA before the others. */
  readonly advisory: string;
  /** All other ids, sorted. */
  readonly aliases: readonly string[];
  /** `Package.id` in the record. */
  readonly packageId: string;
  readonly packageName: string;
  readonly packageVersion: string;
  /** Where the severity comes from: the vendor's own word, a CVSS version, or nobody. */
  readonly severitySource: SeveritySource;
  readonly cvss?: Cvss;
  readonly fix: Fix;
  /** Known exploited: CISA's catalogue. Dates `YYYY-MM-DD`. */
  readonly exploited?: { readonly since: string; readonly due?: string; readonly ransomware?: boolean };
  /** Exploit prediction, both 0–1. */
  readonly epss?: { readonly score: number; readonly percentile: number };
  /** `YYYY-MM-DD` */
  readonly published?: string;
  /** `YYYY-MM-DD` */
  readonly modified?: string;
  /** Where the match came from: `Debian:12`, `npm`. */
  readonly ecosystem: string;
  readonly reference?: string;
}

export type SeveritySource = 'vendor' | 'cvss4' | 'cvss3' | 'cvss2' | 'none';

export interface Cvss {
  readonly version: '2.0' | '3.0' | '3.1' | '4.0';
  readonly vector: string;
  readonly score: number;
}

export interface Fix {
  /** `wont-fix`: the vendor said so (end of life, no-dsa, ignored). `unknown`: nobody said. */
  readonly state: 'fixed' | 'not-fixed' | 'wont-fix' | 'unknown';
  /** The lowest version that mends it and is above the installed one. */
  readonly version?: string;
  /** `YYYY-MM-DD`: when the fix was first known to us: the advisory's date where nothing better is known. */
  readonly availableAt?: string;
}

export interface SecretFinding extends FindingFacts {
  readonly kind: 'secret';
  readonly rule: string;
  readonly redacted: string;
  readonly fingerprint: string;
}

export interface PrivateKeyFinding extends FindingFacts {
  readonly kind: 'private-key';
  readonly format: string;
  readonly encrypted?: boolean;
}

/** Something about how the image is set up: root user, empty password, setuid file, weak certificate … */
export interface MisconfigurationFinding extends FindingFacts {
  readonly kind: 'misconfiguration';
  /** Stable name of the check: `root-user`, `empty-password`, `uid-0-twin`, `setuid-file`, `weak-certificate` … */
  readonly check: string;
  readonly detail?: string;
  /** For certificates: the day it ends, `YYYY-MM-DD`; whether it has ended is for the judge, who knows the day. */
  readonly expires?: string;
}

export interface BloatFinding extends FindingFacts {
  readonly kind: 'bloat';
  /** A `BloatItem` category, or `replaced` / `deleted`: bytes that an upper layer hid. */
  readonly category: string;
  readonly sizeBytes: number;
  readonly files: number;
}
