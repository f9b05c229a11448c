/** What one top-level archive with everything nested in it may cost. */
export interface ArchiveLimits {
  readonly maxDepth: number;
  readonly maxArchives: number;
  readonly maxEntries: number;
  /** Inflated nested archives held in memory at once: those on the way down to the one being read. */
  readonly maxHeldBytes: number;
  /** Inflated bytes altogether. */
  readonly maxTotalBytes: number;
}

export const defaultArchiveLimits: ArchiveLimits = {
  maxDepth: 8,
  maxArchives: 20_000,
  maxEntries: 5_000_000,
  maxHeldBytes: 128 * 1024 * 1024,
  maxTotalBytes: 1024 * 1024 * 1024,
};

/** Keeps account of what has been spent of the limits. */
export class ArchiveBudget {
  readonly limits: ArchiveLimits;
  private heldBytes = 0;
  private totalBytes = 0;
  private archives = 0;
  private entries = 0;

  constructor(limits: ArchiveLimits) {
    this.limits = limits;
  }

  /** Counts an archive in; false when there were too many. */
  enter(): boolean {
    return ++this.archives <= this.limits.maxArchives;
  }

  /** How many members may still be looked at. */
  get entriesLeft(): number {
    return Math.max(0, this.limits.maxEntries - this.entries);
  }

  countEntry(): void {
    this.entries++;
  }

  /** How many bytes the next member may inflate to. */
  get bytesLeft(): number {
    return Math.max(
      0,
      Math.min(this.limits.maxHeldBytes - this.heldBytes, this.limits.maxTotalBytes - this.totalBytes),
    );
  }

  hold(bytes: number): void {
    this.heldBytes += bytes;
    this.totalBytes += bytes;
  }

  release(bytes: number): void {
    this.heldBytes -= bytes;
  }
}
