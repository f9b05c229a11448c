import type { Finding, ImageRecord } from '../model/index.ts';
import { type NamedDraft, namedDraft } from './named-draft.ts';
import type { AskedRule } from './prepare.ts';
import type { RuleFacts } from './rule.ts';

/** What a rule says of findings at a moment. */
export interface Said {
  readonly drafts: readonly NamedDraft[];
  /** The next moment at which it may say something else, in milliseconds; Infinity: there is none. */
  readonly until: number;
}

interface Remembered extends Said {
  readonly base: string | undefined;
  readonly from: number;
}

const remembered = new WeakMap<readonly Finding[], WeakMap<AskedRule, Remembered>>();

/**
 * What a rule `ofEachFinding` says of a list that other records have, too. It is asked once for all records on one base, and again
 * when time may have changed it.
 */
export function saidOfShared(
  list: readonly Finding[],
  asked: AskedRule,
  { record, facts }: { readonly record: ImageRecord; readonly facts: RuleFacts },
): Said {
  let ofList = remembered.get(list);
  if (ofList === undefined) remembered.set(list, (ofList = new WeakMap()));
  const now = facts.now.getTime();
  const base = record.base?.name;
  const known = ofList.get(asked);
  if (known !== undefined && known.base === base && known.from <= now && now < known.until) return known;
  const said = { ...saidOf({ ...record, findings: list }, asked, facts), base, from: now };
  ofList.set(asked, said);
  return said;
}

/** What a rule says of a record. */
export function saidOf(record: ImageRecord, { rule, settings }: AskedRule, facts: RuleFacts): Said {
  const drafts = rule.check(record, settings, facts).violations.map((draft) => namedDraft(rule.name, draft));
  return { drafts, until: firstAfter(facts.now, rule.moments?.(record, settings, facts) ?? []) };
}

/** The first of some moments that is still to come; Infinity: none is. */
export function firstAfter(now: Date, moments: readonly number[]): number {
  let first = Infinity;
  for (const moment of moments) if (moment > now.getTime() && moment < first) first = moment;
  return first;
}
