import { compareSeverity } from '../model/index.ts';
import type { Account, Doubt, ImageRecord, Package, RuleOutcome, Verdict, Violation, Waived } from '../model/index.ts';
import { daysSince, momentsAfter } from './days.ts';
import { canonicalJson, sha256 } from './digest.ts';
import { missingEvidence } from './evidence.ts';
import { firstAfter, saidOf, saidOfShared } from './finding-lists.ts';
import type { FindingLists, JudgeContext } from './judge-context.ts';
import { type NamedDraft, namedDraft } from './named-draft.ts';
import type { AskedRule, PreparedPolicy, ScopedDemands } from './prepare.ts';
import type { DoubtDraft, Draft, RecordLookup, RuleFacts } from './rule.ts';
import { scopeName, selectScopes } from './scopes.ts';
import { ApplicableVex } from './vex.ts';
import { waiverText } from './waiver-text.ts';
import { ApplicableWaivers } from './waivers.ts';

/**
 * Judges a record by a policy. Pure: the same record, policy and context give the same verdict, byte for byte. Throws
 * `unknown-scope` for a scope that the policy does not have.
 */
export function judge(record: ImageRecord, policy: PreparedPolicy, context: JudgeContext): Verdict {
  return new Judgement(record, policy, context).verdict();
}

/**
 * The next moment at which `judge` may say something else of the same record, policy and context because time has gone by: a
 * waiver or support ends, a fix has been out for long enough, advisories or the image get too old. Until then it says the same.
 * Undefined: time alone changes nothing.
 */
export function nextMoment(record: ImageRecord, policy: PreparedPolicy, context: JudgeContext): Date | undefined {
  return judgeUntil(record, policy, context).until;
}

/** `judge` and `nextMoment` of the same, in less time than one after the other. */
export function judgeUntil(
  record: ImageRecord,
  policy: PreparedPolicy,
  context: JudgeContext,
): { readonly verdict: Verdict; readonly until: Date | undefined } {
  const judgement = new Judgement(record, policy, context);
  return { verdict: judgement.verdict(), until: judgement.nextMoment() };
}

class Judgement {
  readonly #record: ImageRecord;
  readonly #policy: PreparedPolicy;
  readonly #context: JudgeContext;
  readonly #demands: ScopedDemands;
  readonly #scope: string;
  readonly #facts: RuleFacts;
  readonly #waivers: ApplicableWaivers;
  readonly #vex: ApplicableVex | undefined;
  readonly #isRestart: boolean;
  readonly #violations: Violation[] = [];
  readonly #warnings: Violation[] = [];
  readonly #waived: Waived[] = [];
  readonly #doubts = new Map<string, Doubt>();
  #own: ImageRecord | undefined;

  constructor(record: ImageRecord, policy: PreparedPolicy, context: JudgeContext) {
    const scopes = selectScopes(policy.policy, record, context);
    const { reference, now, vex } = context;
    this.#record = record;
    this.#policy = policy;
    this.#scope = scopeName(scopes);
    this.#context = { ...context, scope: this.#scope };
    this.#demands = policy.demandsIn(scopes);
    this.#facts = { context: this.#context, now, lookup: lookupIn(record, context.findPackage) };
    const scopeNames = scopes.map(({ name }) => name);
    this.#waivers = new ApplicableWaivers(policy.policy.waivers, {
      record,
      scope: this.#scope,
      scopeNames,
      reference,
      now,
    });
    this.#vex = vex === undefined || vex.length === 0 ? undefined : new ApplicableVex(vex, record, reference);
    const { digest, configDigest, manifestDigest } = record.image;
    const approved = context.approvedDigest;
    this.#isRestart =
      context.deployment === 'restart' &&
      approved !== undefined &&
      [digest, configDigest, manifestDigest].some((known) => known === approved);
  }

  verdict(): Verdict {
    const outcomes = this.#demands.asked.map((asked) => this.#ask(asked));
    if (!this.#demands.asked.some(({ named }) => named))
      this.#doubt(
        'policy',
        { what: `anything: policy ${this.#policy.policy.name} asks nothing in scope ${this.#scope}` },
        true,
      );
    const doubts = [...this.#doubts.values()];
    const stops = doubts.some((doubt) => doubt.stops !== false);
    const { advisories, image, engine, findings } = this.#record;
    const vexDigest = this.#vex?.digest(findings, (id) => this.#facts.lookup.package(id));
    return {
      result: this.#violations.length > 0 ? 'fail' : stops ? 'cannot-tell' : 'pass',
      imageDigest: image.digest,
      policy: { name: this.#policy.policy.name, digest: this.#policy.digest },
      scope: this.#scope,
      ...(advisories === undefined ? {} : { databaseDigest: advisories.databaseDigest }),
      ...(vexDigest === undefined ? {} : { vexDigest }),
      ...(this.#context.evidence === undefined
        ? {}
        : { evidenceDigest: `sha256:${sha256(canonicalJson(this.#context.evidence))}` }),
      engine,
      rules: outcomes,
      violations: this.#violations.sort(gravestFirst),
      warnings: this.#warnings.sort(gravestFirst),
      doubts,
      waived: this.#waived.sort((a, b) => gravestFirst(a.violation, b.violation)),
      endedWaivers: this.#waivers.ended(),
    };
  }

  nextMoment(): Date | undefined {
    const { now } = this.#context;
    const about = { record: this.#record, facts: this.#facts };
    let next = firstAfter(now, this.#waivers.moments());
    const note = (moment: number): void => {
      if (moment < next) next = moment;
    };
    for (const asked of this.#demands.asked) {
      const { rule, settings } = asked;
      if (rule.moments === undefined) continue;
      const lists = this.#listsFor(rule);
      const record = lists === undefined ? this.#record : this.#ownRecord(lists);
      note(firstAfter(now, rule.moments(record, settings, this.#facts)));
      for (const list of lists?.shared ?? []) note(saidOfShared(list, asked, about).until);
    }
    const { graceDays } = this.#demands.restart;
    if (this.#isRestart && graceDays !== undefined)
      for (const finding of this.#record.findings)
        if (finding.kind === 'vulnerability') note(firstAfter(now, momentsAfter(finding.published, graceDays)));
    return next === Infinity ? undefined : new Date(next);
  }

  #ask(asked: AskedRule): RuleOutcome {
    const { rule, effect } = asked;
    const { drafts, doubts } = this.#check(asked);
    const missing = missingEvidence(this.#record, rule.needs);
    const unknown = doubts === undefined ? missing : [...missing, ...doubts];
    const stops = asked.cannotTell === 'stop' && !(this.#isRestart && this.#demands.restart.cannotTell === 'warn');
    for (const doubt of unknown) this.#doubt(rule.name, doubt, stops);
    let failing = 0;
    let warning = 0;
    for (const named of drafts) {
      const outcome = this.#place(named, asked);
      if (outcome === 'fails') failing++;
      else if (outcome === 'warns') warning++;
    }
    const result = failing > 0 ? 'fail' : unknown.length > 0 && stops ? 'cannot-tell' : 'pass';
    return { rule: rule.name, result, effect, count: failing + warning + unknown.length };
  }

  #check(asked: AskedRule): { readonly drafts: readonly NamedDraft[]; readonly doubts?: readonly DoubtDraft[] } {
    const { rule, settings } = asked;
    const lists = this.#listsFor(rule);
    if (lists === undefined) {
      const { violations, doubts = [] } = rule.check(this.#record, settings, this.#facts);
      return { drafts: violations.map((draft) => namedDraft(rule.name, draft)), doubts };
    }
    const { drafts } = saidOf(this.#ownRecord(lists), asked, this.#facts);
    const about = { record: this.#record, facts: this.#facts };
    return { drafts: [...drafts, ...lists.shared.flatMap((list) => saidOfShared(list, asked, about).drafts)] };
  }

  /** The findings as lists, where a rule can be asked of each by itself. */
  #listsFor(rule: AskedRule['rule']): FindingLists | undefined {
    return rule.ofEachFinding === true ? this.#context.findingLists : undefined;
  }

  #ownRecord({ own }: FindingLists): ImageRecord {
    return (this.#own ??= { ...this.#record, findings: own });
  }

  #doubt(rule: string, { what, mend }: { what: string; mend?: string }, stops: boolean): void {
    const known = this.#doubts.get(what);
    if (known !== undefined && (known.stops !== false || !stops)) return;
    this.#doubts.set(what, { rule, stops, what, ...(mend === undefined ? {} : { mend }) });
  }

  /** Puts a violation where it belongs: waived by VEX or waiver, warned of, or failing. */
  #place(named: NamedDraft, asked: AskedRule): 'fails' | 'warns' | 'waived' {
    const rule = asked.rule.name;
    const { draft, id } = named;
    const waiver = this.#exonerated(draft) ?? this.#waivers.find({ id, rule, draft }, this.#facts.lookup);
    if (waiver !== undefined) {
      this.#waived.push({ violation: this.#violation(rule, named, draft.why), waiver });
      return 'waived';
    }
    const grace = this.#grace(draft);
    const warns = asked.effect === 'warn' || draft.onlyWarns === true || grace !== undefined;
    const why = grace === undefined ? draft.why : `${draft.why}; ${grace}`;
    (warns ? this.#warnings : this.#violations).push(this.#violation(rule, named, why));
    return warns ? 'warns' : 'fails';
  }

  /** The VEX statement that says that it does no harm, as a waiver. */
  #exonerated({ finding }: Draft): Waived['waiver'] | undefined {
    if (this.#vex === undefined || finding?.kind !== 'vulnerability') return undefined;
    const statement = this.#vex.exonerates(finding, this.#facts.lookup.package(finding.packageId));
    if (statement === undefined) return undefined;
    return { id: statement.id, owner: statement.author, reason: `VEX ${statement.status}: ${statement.reason}` };
  }

  /** Why a violation only warns at a restart of an approved image: its advisory is new. */
  #grace({ finding }: Draft): string | undefined {
    const { graceDays } = this.#demands.restart;
    if (!this.#isRestart || graceDays === undefined || finding?.kind !== 'vulnerability') return undefined;
    const days = daysSince(finding.published, this.#context.now);
    if (days === undefined || days >= graceDays) return undefined;
    return `published on ${finding.published!.slice(0, 10)}: a restart has ${graceDays} days from then`;
  }

  #violation(rule: string, { draft, id, waived }: NamedDraft, why: string): Violation {
    const { finding, severity, what, owner, mend, place } = draft;
    const { reference } = this.#context;
    return {
      id,
      rule,
      ...(finding === undefined ? {} : { findingId: finding.id }),
      severity,
      what,
      why,
      owner,
      ...(mend === undefined ? {} : { mend }),
      ...(place === undefined ? {} : { place }),
      waiver: waiverText({ waived, draft, scope: this.#scope, digest: this.#record.image.digest, reference }),
    };
  }
}

function lookupIn(record: ImageRecord, findPackage: JudgeContext['findPackage']): RecordLookup {
  let packages: Map<string, Package> | undefined;
  let accounts: ReadonlyMap<string, Account> | undefined;
  return {
    package(id) {
      if (findPackage !== undefined) return findPackage(id);
      if (packages === undefined) {
        packages = new Map();
        for (const found of record.packages) packages.set(found.id, found);
      }
      return packages.get(id);
    },
    account(name) {
      // The first line of /etc/passwd with a name is the one that counts; accounts that were deleted don't.
      accounts ??= new Map(
        record.accounts
          .filter(({ place }) => place.deletedIn === undefined)
          .map((account) => [account.name, account] as const)
          .reverse(),
      );
      return accounts.get(name);
    },
  };
}

function gravestFirst(a: Violation, b: Violation): number {
  return (
    compareSeverity(a.severity ?? 'unknown', b.severity ?? 'unknown') ||
    compareText(a.rule, b.rule) ||
    compareText(a.what, b.what) ||
    compareText(a.place?.path ?? '', b.place?.path ?? '') ||
    compareText(a.id, b.id)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
