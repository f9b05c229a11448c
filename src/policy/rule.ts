import type { z, ZodType } from 'zod';
import type { Account, Finding, ImageRecord, Package, Place, Severity, Violation } from '../model/index.ts';
import type { JudgeContext } from './judge-context.ts';

/** zod, handed in: a scan with a built-in policy never loads it. */
export type Zod = typeof z;

/** What a rule must have to be answered; where the record lacks it the rule can't tell. */
export type Evidence = 'configuration' | 'files' | 'layers' | 'advisories';

/**
 * One question that a policy can ask of a record. Pure: what it finds follows from record, settings and context. Texts
 * name days, never ages, so that the same findings give the same bytes tomorrow.
 */
export interface Rule<Settings extends object = object> {
  readonly name: string;
  /** One sentence: what must hold. */
  readonly summary: string;
  /** A few sentences for `policy explain`: why, what counts, what can't be told, how to mend. */
  readonly explanation: string;
  readonly needs: readonly Evidence[];
  /** Asked without being named: `always`, or wherever a rule on vulnerabilities is. `off` still turns it off. */
  readonly implied?: 'always' | 'with-vulnerabilities';
  /**
   * What it says of a record is what it says of each finding by itself, doubts it has none, and it reads nothing but the finding,
   * its package, the name of the record's base and the time.
   */
  readonly ofEachFinding?: true;
  readonly defaults: Settings;
  /** The shape of each setting. */
  settings(z: Zod): Readonly<Record<keyof Settings, ZodType>>;
  check(record: ImageRecord, settings: Settings, facts: RuleFacts): RuleResult;
  /**
   * For rules that look at the time: every moment (in milliseconds) at which what `check` says may change, whatever else stays
   * as it is. Too many do no harm; one too few leaves a verdict standing that no longer holds.
   */
  moments?(record: ImageRecord, settings: Settings, facts: RuleFacts): readonly number[];
}

export interface RuleFacts {
  readonly context: JudgeContext;
  readonly now: Date;
  readonly lookup: RecordLookup;
}

/** What rules look up in a record by key; made on the first question. */
export interface RecordLookup {
  package(id: string): Package | undefined;
  account(name: string): Account | undefined;
}

export interface RuleResult {
  readonly violations: readonly Draft[];
  readonly doubts?: readonly DoubtDraft[];
}

export interface DoubtDraft {
  readonly what: string;
  readonly mend?: string;
}

/** A violation before the judge adds rule, id and waiver. */
export interface Draft {
  /** Stable name of what breaks the rule: a finding's id, `label:maintainer`, `path:/bin/sh`. */
  readonly subject: string;
  readonly finding?: Finding;
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
  readonly owner: Violation['owner'];
  readonly mend?: string;
  readonly place?: Place;
  /** `name@version`, for waivers. */
  readonly package?: string;
  /** Only warns, whatever the rule's effect. */
  readonly onlyWarns?: boolean;
}

/** A violation that is about a finding. */
export function aboutFinding(
  finding: Finding,
  words: Pick<Draft, 'why'> & Partial<Pick<Draft, 'what' | 'mend' | 'onlyWarns' | 'severity'>>,
): Draft {
  const named = finding.kind === 'vulnerability' ? `${finding.packageName}@${finding.packageVersion}` : undefined;
  return {
    subject: finding.id,
    finding,
    severity: finding.severity,
    what: finding.title,
    owner: finding.place.owner,
    place: finding.place,
    ...(named === undefined ? {} : { package: named }),
    ...words,
  };
}

/** Whether the image's final file system no longer shows it. */
export function isDeleted(place: Place): boolean {
  return place.deletedIn !== undefined;
}

/** The misconfiguration finding that a rule judges by other members of the record, so that a report names it once. */
export function misconfigurationAt(
  record: ImageRecord,
  check: string,
  path: string | undefined,
  detailStart = '',
): { readonly finding?: Finding } {
  const finding = record.findings.find(
    (each) =>
      each.kind === 'misconfiguration' &&
      each.check === check &&
      each.place.path === path &&
      (each.detail ?? '').startsWith(detailStart),
  );
  return finding === undefined ? {} : { finding };
}
