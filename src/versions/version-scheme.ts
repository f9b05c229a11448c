/** How the versions of one ecosystem are ordered. */
export interface VersionScheme {
  /** `deb`, `rpm`, `apk`, `semver`, `pep440`, `maven`, `gem`, `go` … */
  readonly name: string;
  /**
   * Negative, zero or positive as `a` stands before, at or after `b`. Total over every pair of strings: versions that
   * break the scheme's grammar are ordered too (and after or before all valid ones as the scheme's own tool does).
   */
  compare(a: string, b: string): number;
  /** Whether the scheme's own tool would accept the text. */
  isValid(version: string): boolean;
}
