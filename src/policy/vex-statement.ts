/** One statement of a VEX document: how products stand to a vulnerability. */
export interface VexStatement {
  /** The document's id (or file name) and the statement's number: `https://…/vex-1#2`. */
  readonly id: string;
  readonly author: string;
  /** The vulnerability's name and aliases. */
  readonly vulnerabilities: readonly string[];
  readonly products: readonly VexProduct[];
  readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
  /** Why, in the standard's words and the author's own: `vulnerable_code_not_present: never linked`. */
  readonly reason: string;
  /** RFC 3339; the latest statement on a product wins. */
  readonly timestamp?: string;
}

/** A product: the image (by digest or OCI purl, perhaps only a package in it) or a package. */
export interface VexProduct {
  /** purl, digest or whatever the document calls it. */
  readonly id: string;
  readonly digests: readonly string[];
  /** purls of the packages inside the product that the statement is about; empty: all. */
  readonly subcomponents: readonly string[];
}
