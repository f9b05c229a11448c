import { CodedError } from '../model/index.ts';
import { production } from './presets/production.ts';
import { policyDigest } from './digest.ts';
import type { CannotTell, ConditionUse, Demands, Policy, RestartTerms, RuleUse, Scope } from './policy.ts';
import type { Rule } from './rule.ts';
import { conditionRule, speaksOfFindings } from './rules/condition.ts';
import { rules } from './rules/list.ts';

/** A policy that is ready to judge with: its digest, and what it asks in each set of scopes. */
export interface PreparedPolicy {
  readonly policy: Policy;
  readonly digest: string;
  /** What is asked where these scopes apply. */
  demandsIn(scopes: readonly Scope[]): ScopedDemands;
}

export interface ScopedDemands {
  readonly asked: readonly AskedRule[];
  readonly restart: RestartTerms;
}

/** A rule with its settings complete. */
export interface AskedRule {
  readonly rule: Rule;
  readonly settings: object;
  readonly effect: 'fail' | 'warn';
  readonly cannotTell: CannotTell;
  /** The policy names it; else it is implied. */
  readonly named: boolean;
}

/** Set by the build: making it takes longer than judging. */
declare const PLIMSOLL_DEFAULT_POLICY_DIGEST: string | undefined;

type ConditionRules = ReadonlyMap<ConditionUse, Rule>;

/**
 * Makes a policy ready to judge with. Loads CEL only where the policy has conditions. Throws `invalid-policy` for a
 * condition that does not compile and for a rule that does not exist.
 */
export async function preparePolicy(policy: Policy): Promise<PreparedPolicy> {
  const conditions = await compileConditions(policy);
  for (const { rules: uses } of [policy, ...policy.scopes]) {
    const unknown = Object.keys(uses ?? {}).find((name) => !rules.some((rule) => rule.name === name));
    if (unknown !== undefined) throw new CodedError('invalid-policy', `policy ${policy.name}: no rule ${unknown}`);
  }
  const memory = new Map<string, ScopedDemands>();
  return {
    policy,
    digest:
      policy === production && typeof PLIMSOLL_DEFAULT_POLICY_DIGEST !== 'undefined'
        ? PLIMSOLL_DEFAULT_POLICY_DIGEST
        : policyDigest(policy),
    demandsIn(scopes) {
      const key = scopes.map(({ name }) => name).join('+');
      let demands = memory.get(key);
      if (demands === undefined) {
        demands = layDemands([policy, ...scopes], conditions);
        memory.set(key, demands);
      }
      return demands;
    },
  };
}

async function compileConditions(policy: Policy): Promise<ConditionRules> {
  const uses = [policy, ...policy.scopes].flatMap(({ conditions }) => conditions ?? []);
  if (uses.length === 0) return new Map();
  const { compileCondition, summaryOf } = await import('./condition-engine.ts');
  return new Map(
    uses.map((use) => {
      try {
        return [use, conditionRule(use, compileCondition(use.expression))];
      } catch (error) {
        const message = `policy ${policy.name}: condition ${use.name}: ${summaryOf(error)}`;
        throw new CodedError('invalid-policy', message, { cause: error });
      }
    }),
  );
}

/** Lays demands over one another: a later one's effect and settings win, setting by setting. */
function layDemands(layers: readonly Demands[], compiled: ConditionRules): ScopedDemands {
  const cannotTell = layers.findLast((layer) => layer.cannotTell !== undefined)?.cannotTell ?? 'stop';
  const uses = new Map<string, RuleUse>();
  const conditions = new Map<string, ConditionUse>();
  for (const layer of layers) {
    for (const [name, use] of Object.entries(layer.rules ?? {})) uses.set(name, { ...uses.get(name), ...use });
    for (const use of layer.conditions ?? []) conditions.set(use.name, use);
  }
  const asked = [
    ...builtInRules(uses, cannotTell, aboutFindings(conditions)),
    ...ofConditions(conditions, { cannotTell, compiled }),
  ];
  return { asked, restart: Object.assign({}, ...layers.map(({ restart }) => restart ?? {})) as RestartTerms };
}

function aboutFindings(conditions: ReadonlyMap<string, ConditionUse>): boolean {
  return [...conditions.values()].some((use) => use.effect !== 'off' && speaksOfFindings(use));
}

function builtInRules(
  uses: ReadonlyMap<string, RuleUse>,
  cannotTell: CannotTell,
  findings: boolean,
): readonly AskedRule[] {
  const isOn = (rule: Rule) => uses.has(rule.name) && uses.get(rule.name)!.effect !== 'off';
  const vulnerabilities =
    findings || rules.some((rule) => isOn(rule) && rule.needs.includes('advisories') && rule.implied === undefined);
  return rules
    .filter((rule) => {
      if (uses.has(rule.name)) return isOn(rule);
      return rule.implied === 'always' || (rule.implied === 'with-vulnerabilities' && vulnerabilities);
    })
    .map((rule) => {
      const { effect, cannotTell: own, ...settings } = uses.get(rule.name) ?? {};
      return {
        rule,
        settings: { ...rule.defaults, ...settings },
        effect: effect === 'warn' ? 'warn' : 'fail',
        cannotTell: own ?? (effect === 'warn' ? 'warn' : cannotTell),
        named: uses.has(rule.name),
      };
    });
}

function ofConditions(
  conditions: ReadonlyMap<string, ConditionUse>,
  { cannotTell, compiled }: { cannotTell: CannotTell; compiled: ConditionRules },
): readonly AskedRule[] {
  return [...conditions.values()]
    .filter(({ effect }) => effect !== 'off')
    .map((use) => ({
      rule: compiled.get(use)!,
      settings: {},
      effect: use.effect === 'warn' ? 'warn' : 'fail',
      cannotTell: use.cannotTell ?? (use.effect === 'warn' ? 'warn' : cannotTell),
      named: true,
    }));
}
