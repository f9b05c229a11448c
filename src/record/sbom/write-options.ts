/** What an SBOM holds beside packages and vulnerabilities. */
export interface SbomOptions {
  /** How the user named the image: `cart:1.8.2`. Absent: its digest names it. */
  readonly reference?: string;
  /** Also every executable with its hash. */
  readonly executables?: boolean;
}
