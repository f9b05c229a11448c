import type { RunOptions } from '../run-command.ts';

/** How one real image is made: on the host from the registries that the machine reaches, then built by a real engine. */
export interface Recipe {
  readonly name: string;
  /** Raise it when the context would come out differently: it is part of the cache's key. */
  readonly revision: number;
  /** What it stands for in tests. */
  readonly summary: string;
  /** Other recipes whose images the Dockerfile builds on, as `{{name}}`. */
  readonly bases?: readonly string[];
  /** Programs of the host without which it cannot be made. */
  readonly needs: readonly string[];
  /** Fills the build context. */
  readonly context: (build: Build) => Promise<void>;
  /** Absent: the context's `rootfs.tar` is imported as the only layer. */
  readonly dockerfile?: string;
}

export interface Build {
  /** The build context. */
  readonly folder: string;
  /** Writes a file below the context; folders are made. */
  write(name: string, text: string | Uint8Array, mode?: number): void;
  /** Runs a program in the context. */
  run(program: string, args: readonly string[], options?: RunOptions): Promise<string>;
}
