import type { Digest } from '../model/index.ts';

/**
 * An image that a source has found: its manifest and configuration read and verified, its layers named but not read.
 * Opening it costs no more than a few small reads or requests.
 */
export interface OpenedImage {
  /** How the user would name it again: `registry:localhost:5000/app:1`, `archive:app.tar`. */
  readonly name: string;
  readonly sourceKind: 'registry' | 'docker' | 'archive' | 'layout';
  readonly manifestDigest?: Digest;
  readonly configDigest: Digest;
  /** The OCI (or Docker) image configuration, parsed by a schema; unknown members dropped. */
  readonly config: OciImageConfig;
  /** The manifest's annotations, with those of its descriptor in the index. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Repository references under which the source knows it, `registry/repository:tag` or `@sha256:…`. */
  readonly references: readonly string[];
  /** Digests of BuildKit's attestation manifests beside it in its index. */
  readonly attestations: readonly Digest[];
  /** From the bottom up; as many as the configuration has diff IDs. */
  readonly layers: readonly LayerBlob[];
  /** The documents as they were verified, for copying the image; may fetch on the first call (Docker engine). */
  documents(): Promise<ImageDocuments>;
  /** Frees what opening took (sockets, temporary files). Safe to call twice. */
  close(): Promise<void>;
}

/** An image's own documents, byte by byte. */
export interface ImageDocuments {
  readonly config: Uint8Array;
  /** Absent where the source vouches for no manifest. */
  readonly manifest?: Uint8Array;
}

/** One layer as the source stores it. */
export interface LayerBlob {
  /** From the configuration: the SHA-256 of the uncompressed tar; what vouches for the bytes that run. */
  readonly diffId: Digest;
  /** From the manifest, where there is one. */
  readonly digest?: Digest;
  /** Stored bytes, where the manifest names them. */
  readonly sizeBytes?: number;
  /** Says the media type; a reader still looks at the first bytes. `foreign`: not distributable, not readable here. */
  readonly compression: 'gzip' | 'zstd' | 'none' | 'unknown' | 'foreign';
  /** Where the bytes can be read. May fetch or spool on the first call (Docker engine). */
  locate(): Promise<BlobLocation>;
}

export type BlobLocation =
  /** A range of a file that stays in place until the image is closed. */
  | { readonly kind: 'file'; readonly path: string; readonly offsetBytes: number; readonly sizeBytes: number }
  /** Bytes that come over a network, in order, once per call, with retries and resumption inside. */
  | { readonly kind: 'stream'; open(signal: AbortSignal): AsyncIterable<Uint8Array> };

/** What of the OCI image configuration is read (image-spec, config.md; Docker's Healthcheck, Shell and OnBuild too). */
export interface OciImageConfig {
  readonly architecture?: string;
  readonly variant?: string;
  readonly os?: string;
  readonly created?: string;
  readonly author?: string;
  readonly config: {
    readonly User?: string;
    readonly ExposedPorts?: readonly string[];
    readonly Env?: readonly string[];
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Volumes?: readonly string[];
    readonly WorkingDir?: string;
    readonly Labels?: Readonly<Record<string, string>>;
    readonly StopSignal?: string;
    readonly Healthcheck?: readonly string[];
    readonly Shell?: readonly string[];
    readonly OnBuild?: readonly string[];
  };
  readonly diffIds: readonly Digest[];
  readonly history: readonly {
    readonly createdBy?: string;
    readonly comment?: string;
    readonly created?: string;
    readonly emptyLayer: boolean;
  }[];
}
