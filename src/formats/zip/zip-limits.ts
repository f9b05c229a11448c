/** How much work an archive may cause. Bytes are of output: what members inflate to. */
export interface ZipLimits {
  /** Members listed; the rest are left out with the problem `zip-too-many-entries`. */
  readonly maxEntries: number;
  /** Largest member that `read` gives. */
  readonly maxEntryBytes: number;
  /** All that `read` gives over the archive's life. */
  readonly maxTotalBytes: number;
  /** Largest output per byte of input for members over 8 MiB; deflate itself can reach 1,032. */
  readonly maxRatio: number;
}

/** Limits that no honest jar or wheel meets. */
export const defaultZipLimits: ZipLimits = {
  maxEntries: 1_000_000,
  maxEntryBytes: 256 * 1024 * 1024,
  maxTotalBytes: 1024 * 1024 * 1024,
  maxRatio: 500,
};

/** Members smaller than this can't hurt, however well they were packed. */
export const ratioFloorBytes = 8 * 1024 * 1024;
