import type { Cvss, Severity } from '../../model/index.ts';

/**
 * What one advisory says of one package: JSON in the column `affected.body`. Names are short: there are a million of them.
 */
export interface AffectedBody {
  /** Day of publication, where the record has one. */
  readonly p?: string;
  readonly a: readonly AffectedEntry[];
}

export interface AffectedEntry {
  /** Ranges, each a list of events: a letter (`i`ntroduced, `f`ixed, `l`ast affected, li`m`it) and the version. */
  readonly r?: readonly (readonly string[])[];
  /** Versions listed one by one. */
  readonly v?: readonly string[];
  /** The publisher's word on the severity. */
  readonly s?: Severity;
  /** The publisher will not fix it. */
  readonly w?: 1;
}

/** What holds for an advisory whatever the package: JSON in the column `advisory.body`. */
export interface AdvisoryBody {
  /** Title: one line. */
  readonly t?: string;
  readonly aliases?: readonly string[];
  /** Ids of the vulnerabilities that a distribution's advisory speaks of. */
  readonly upstream?: readonly string[];
  readonly p?: string;
  readonly cvss?: readonly Cvss[];
  /** The publisher's own word, where it speaks of the whole. */
  readonly s?: Severity;
  /** Where to read more. */
  readonly url?: string;
}

/** An advisory made ready for the database. */
export interface PreparedAdvisory {
  readonly id: string;
  readonly modified: string;
  readonly body: AdvisoryBody;
  readonly affected: readonly PreparedAffected[];
}

export interface PreparedAffected {
  readonly ecosystem: string;
  readonly package: string;
  readonly body: AffectedBody;
}
