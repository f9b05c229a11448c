/** What a rule does when it is broken. */
export type Effect = 'fail' | 'warn' | 'off';

/** What happens where a rule can't be answered. */
export type CannotTell = 'stop' | 'warn';

/** A rule as a policy asks it: its effect, and whichever settings differ from the rule's defaults. */
export interface RuleUse {
  readonly effect?: Effect;
  readonly cannotTell?: CannotTell;
  readonly [setting: string]: unknown;
}

/** A condition in CEL that must hold. */
export interface ConditionUse {
  /** Asked as rule `condition:NAME`. */
  readonly name: string;
  readonly expression: string;
  /** What is wrong when it does not hold. */
  readonly message: string;
  readonly mend?: string;
  readonly effect?: Effect;
  readonly cannotTell?: CannotTell;
}

/** How a digest that was approved here before is treated when it only starts again. */
export interface RestartTerms {
  /** Vulnerabilities published fewer days ago than this warn instead of failing. */
  readonly graceDays?: number;
  /** What cannot-tell does to a restart. */
  readonly cannotTell?: CannotTell;
}

/** What may be built of a source that nobody else can look up. */
export interface BuildTerms {
  /** The working tree differs from its commit, or there is no commit. Default: who builds may allow it. */
  readonly dirty?: 'allow' | 'refuse';
  /** No remote is known to have the commit. Default: who builds may allow it. */
  readonly unpushed?: 'allow' | 'refuse';
}

/** What a policy asks: everywhere, or where a scope matches. */
export interface Demands {
  readonly cannotTell?: CannotTell;
  readonly restart?: RestartTerms;
  readonly builds?: BuildTerms;
  readonly rules?: Readonly<Record<string, RuleUse>>;
  readonly conditions?: readonly ConditionUse[];
}

/** A part of a policy that applies where its patterns match; laid over what the policy asks everywhere. */
export interface Scope extends Demands {
  readonly name: string;
  readonly description?: string;
  readonly match: ScopeMatch;
}

/** Every list that is given must have a pattern that matches; a scope without any is taken only by its name. */
export interface ScopeMatch {
  readonly environments?: readonly string[];
  readonly teams?: readonly string[];
  readonly regulations?: readonly string[];
  /** Labels of the workload or place, not of the image: an image must not choose its own law. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Labels that the image carries itself; only good for asking more of it. */
  readonly imageLabels?: Readonly<Record<string, string>>;
  /** Patterns on image references. */
  readonly images?: readonly string[];
}

/** A policy in its parsed shape: plain data, what `extends` names already laid below it. */
export interface Policy extends Demands {
  readonly name: string;
  readonly description?: string;
  /** `required`: a waiver must have a last day or end with a fix. Default optional. */
  readonly waiverExpiry?: 'required' | 'optional';
  readonly scopes: readonly Scope[];
  readonly waivers: readonly Waiver[];
}

/** An exception: who, why, for what, until when. Every pattern given must match. */
export interface Waiver {
  readonly id: string;
  readonly rule?: string;
  /** An advisory's id or alias, a finding's id, a violation's id, or a subject such as `label:maintainer`. */
  readonly finding?: string;
  /** `name`, `name@version` or a purl. */
  readonly package?: string;
  readonly path?: string;
  /** A reference, with or without tag or digest, or a digest. */
  readonly image?: string;
  readonly scope?: string;
  readonly owner: string;
  readonly reason: string;
  /** `YYYY-MM-DD`: the last day on which it holds. */
  readonly expires?: string;
  /** Ends when a fix is out. */
  readonly untilFixed?: boolean;
}
