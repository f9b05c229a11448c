import type { Digest, Problem } from '../../model/index.ts';

/** What an SBOM says of an image. */
export interface Sbom {
  readonly format: 'cyclonedx' | 'spdx';
  readonly specVersion: string;
  /** Of the document itself, for places: its file name. */
  readonly name: string;
  readonly subject: { readonly name?: string; readonly digest?: Digest };
  readonly operatingSystem?: SbomOperatingSystem;
  readonly packages: readonly SbomPackage[];
  readonly problems: readonly Problem[];
}

export interface SbomOperatingSystem {
  readonly id: string;
  readonly version: string;
  readonly prettyName?: string;
}

/** A package as an SBOM names it, with what its package URL tells. */
export interface SbomPackage {
  /** purl type */
  readonly type: string;
  /** The full name as its ecosystem's advisories write it. */
  readonly name: string;
  /** Empty where the SBOM does not say. */
  readonly version: string;
  /** Canonical. */
  readonly purl: string;
  readonly scheme: string;
  readonly ecosystem?: string;
  readonly arch?: string;
  readonly source?: { readonly name: string; readonly version: string };
  readonly licenses: readonly string[];
  readonly dev?: boolean;
  /** Where in the image it lies, where the SBOM says. */
  readonly path?: string;
}

/** One component as a format has it, before its package URL is understood. */
export interface SbomEntry {
  readonly purl?: string;
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly source?: { readonly name: string; readonly version: string };
  readonly dev?: boolean;
  readonly path?: string;
}

/** What a format's reader gives. */
export interface SbomContents {
  readonly specVersion: string;
  readonly subject: Sbom['subject'];
  readonly operatingSystem?: SbomOperatingSystem;
  readonly entries: readonly SbomEntry[];
  /** More were there than are read. */
  readonly isCut: boolean;
}

/** Most components that are read from one document. */
export const maxEntries = 500_000;
