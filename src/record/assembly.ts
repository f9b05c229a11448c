import type { BaseFacts, Digest, ImageFacts, OperatingSystemItem, Problem } from '../model/index.ts';
import type { LayeredItem } from './attribute.ts';
import type { VisibleLink } from './links.ts';

/** How packages of a cataloger are named and ordered: its own facts, handed over by the flow. */
export interface PackageKind {
  readonly cataloger: string;
  readonly name: string;
  readonly purlType: string;
  readonly versionScheme: string;
  /** OSV's ecosystem; `operating-system` where the release decides. */
  readonly ecosystem: string;
}

export interface AssemblyLayer {
  readonly diffId: Digest;
  readonly digest?: Digest;
  readonly sizeBytes: number;
  readonly entries: number;
  /** The history's instruction, already redacted. */
  readonly instruction?: string;
  readonly share: {
    readonly visibleFiles: number;
    readonly visibleBytes: number;
    readonly deletedBytes: number;
    readonly deletedFiles: number;
    readonly replacedBytes: number;
    readonly replacedFiles: number;
  };
}

/** A hard link that a container sees, with the layer that made it. */
export interface VisibleHardLink extends VisibleLink {
  readonly layer: number;
  /** The first name is hidden by an upper layer while this name is not. */
  readonly outlivesTarget: boolean;
}

/** What is known of an image before it becomes a record. */
export interface Assembly {
  readonly engine: string;
  readonly image: ImageFacts;
  readonly layers: readonly AssemblyLayer[];
  readonly base?: BaseFacts;
  readonly items: readonly LayeredItem[];
  readonly packageKinds: readonly PackageKind[];
  readonly symlinks: readonly VisibleLink[];
  readonly hardLinks: readonly VisibleHardLink[];
  /** Picks the best of several statements about the operating system. */
  readonly preferOperatingSystem: (items: readonly OperatingSystemItem[]) => OperatingSystemItem | undefined;
  readonly problems: readonly Problem[];
  readonly textFiles: number;
}
