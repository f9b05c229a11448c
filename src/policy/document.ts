import { CodedError } from '../model/index.ts';
import type { ConditionUse, Demands, Policy, RuleUse, Scope, Waiver } from './policy.ts';
import { findPreset, presets } from './presets/list.ts';
import { invalid, readDocuments } from './yaml-documents.ts';
import type { CheckedDocument, DocumentKind } from './yaml-documents.ts';

interface PolicyText extends Omit<Demands, 'rules'> {
  readonly metadata: { readonly name: string; readonly description?: string };
  readonly extends?: string;
  readonly waiverExpiry?: 'required' | 'optional';
  readonly rules?: RulesText;
  readonly scopes?: readonly ScopeText[];
  readonly waivers?: readonly Waiver[];
}
type RulesText = Readonly<Record<string, NonNullable<RuleUse['effect']> | RuleUse>>;
type ScopeText = Omit<Scope, 'rules' | 'match'> & { readonly rules?: RulesText; readonly match?: Scope['match'] };

/**
 * Reads a policy file: one document of kind Policy, and any of kind Waivers, which belong to it. Throws `invalid-policy`
 * with line and column, or `policy-too-large`.
 */
export async function parsePolicy(text: string, fileName: string): Promise<{ readonly policy: Policy }> {
  const documents = await readDocuments(text, fileName);
  const [first, ...others] = documents.filter(({ kind }) => kind === 'Policy');
  if (first === undefined) throw invalid([`${fileName}: has no document of kind Policy`]);
  if (others.length > 0) throw invalid([`${others[0]!.locate(['kind'])}: a file holds one policy`]);
  const test = documents.find(({ kind }) => kind === 'PolicyTest');
  if (test !== undefined) throw invalid([`${test.locate(['kind'])}: tests stand in a file of their own`]);
  const own = toPolicy(first);
  const policy = { ...own, waivers: [...own.waivers, ...documents.flatMap(waiversOf)] };
  await checkSense(policy, first, documents);
  return { policy };
}

/** Reads a file of waivers: documents of kind Waivers alone. Throws as `parsePolicy` does. */
export async function parseWaivers(text: string, fileName: string): Promise<readonly Waiver[]> {
  const documents = await readDocuments(text, fileName);
  const odd = documents.find(({ kind }) => kind !== 'Waivers');
  if (odd !== undefined) throw invalid([`${odd.locate(['kind'])}: kind must be Waivers here`]);
  const waivers = documents.flatMap(waiversOf);
  const twice = repeated(waivers.map(({ id }) => id));
  if (twice !== undefined) throw invalid([`${fileName}: waiver ${twice} stands there twice`]);
  return waivers;
}

/** The kinds of the documents in a file, in order. Throws as `parsePolicy` does for what breaks its schema. */
export async function documentKinds(text: string, fileName: string): Promise<readonly DocumentKind[]> {
  return (await readDocuments(text, fileName)).map(({ kind }) => kind);
}

/** The policy with more waivers. Throws `invalid-policy` where one repeats an id or lacks an end that the policy asks for. */
export function withWaivers(policy: Policy, waivers: readonly Waiver[]): Policy {
  const joined = { ...policy, waivers: [...policy.waivers, ...waivers] };
  const twice = repeated(joined.waivers.map(({ id }) => id));
  if (twice !== undefined) throw new CodedError('invalid-policy', `waiver ${twice} stands there twice`);
  const endless = endlessWaiver(joined);
  if (endless !== undefined) throw new CodedError('invalid-policy', `waiver ${endless.id}: ${needsEnd(policy)}`);
  return joined;
}

function waiversOf({ kind, value }: CheckedDocument): readonly Waiver[] {
  return kind === 'Waivers' ? (value as { readonly waivers: readonly Waiver[] }).waivers : [];
}

function toPolicy(document: CheckedDocument): Policy {
  const text = document.value as PolicyText;
  const below = text.extends === undefined ? undefined : findPreset(text.extends);
  if (text.extends !== undefined && below === undefined) {
    const known = presets.map(({ name }) => name).join(', ');
    throw invalid([
      `${document.locate(['extends'])}: no built-in policy ${JSON.stringify(text.extends)}; there are ${known}`,
    ]);
  }
  const { name, description } = text.metadata;
  const waiverExpiry = text.waiverExpiry ?? below?.waiverExpiry;
  return {
    name,
    ...(description === undefined ? {} : { description }),
    ...(waiverExpiry === undefined ? {} : { waiverExpiry }),
    ...layOver(below ?? {}, text),
    scopes: [...(below?.scopes ?? []), ...(text.scopes ?? []).map(toScope)],
    waivers: [...(below?.waivers ?? []), ...(text.waivers ?? [])],
  };
}

function toScope(text: ScopeText): Scope {
  const { name, description, match } = text;
  return { name, ...(description === undefined ? {} : { description }), match: match ?? {}, ...layOver({}, text) };
}

/** The demands of a text laid over those below, without members that neither has. */
function layOver(below: Demands, text: Omit<Demands, 'rules'> & { readonly rules?: RulesText }): Demands {
  const cannotTell = text.cannotTell ?? below.cannotTell;
  const restart = text.restart === undefined ? below.restart : { ...below.restart, ...text.restart };
  const builds = text.builds === undefined ? below.builds : { ...below.builds, ...text.builds };
  const rules: Record<string, RuleUse> = { ...below.rules };
  for (const [name, use] of Object.entries(text.rules ?? {}))
    rules[name] = { ...rules[name], ...(typeof use === 'string' ? { effect: use } : use) };
  const conditions = [...(below.conditions ?? []), ...(text.conditions ?? [])];
  return {
    ...(cannotTell === undefined ? {} : { cannotTell }),
    ...(restart === undefined ? {} : { restart }),
    ...(builds === undefined ? {} : { builds }),
    ...(Object.keys(rules).length === 0 ? {} : { rules }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** What a schema can't say: names that stand twice, waivers without an end, conditions that do not compile. */
async function checkSense(policy: Policy, document: CheckedDocument, all: readonly CheckedDocument[]): Promise<void> {
  const text = document.value as PolicyText;
  const complaints: string[] = [];
  const scope = repeatedIndex((text.scopes ?? []).map(({ name }) => name));
  if (scope !== undefined)
    complaints.push(`${document.locate(['scopes', scope, 'name'])}: a scope of this name stands above`);
  const seen = new Set<string>();
  for (const { kind, value, locate } of all) {
    for (const [index, waiver] of (kind === 'PolicyTest' ? [] : ((value as PolicyText).waivers ?? [])).entries()) {
      if (seen.has(waiver.id)) complaints.push(`${locate(['waivers', index, 'id'])}: a waiver of this id stands above`);
      seen.add(waiver.id);
      if (policy.waiverExpiry === 'required' && isEndless(waiver))
        complaints.push(`${locate(['waivers', index])}: ${needsEnd(policy)}`);
    }
  }
  const places: readonly (readonly [readonly PropertyKey[], readonly ConditionUse[]])[] = [
    [['conditions'], text.conditions ?? []],
    ...(text.scopes ?? []).map((part, index) => [['scopes', index, 'conditions'], part.conditions ?? []] as const),
  ];
  for (const [path, conditions] of places) {
    const twice = repeatedIndex(conditions.map(({ name }) => name));
    if (twice !== undefined)
      complaints.push(`${document.locate([...path, twice, 'name'])}: a condition of this name stands above`);
    for (const [index, use] of conditions.entries()) {
      const why = await conditionMistake(use);
      if (why !== undefined)
        complaints.push(`${document.locate([...path, index, 'expression'])}: condition ${use.name}: ${why}`);
    }
  }
  if (complaints.length > 0) throw invalid(complaints);
}

async function conditionMistake({ expression }: ConditionUse): Promise<string | undefined> {
  const { compileCondition, summaryOf } = await import('./condition-engine.ts');
  try {
    compileCondition(expression);
    return undefined;
  } catch (error) {
    return summaryOf(error);
  }
}

function isEndless({ expires, untilFixed }: Waiver): boolean {
  return expires === undefined && untilFixed !== true;
}

function endlessWaiver(policy: Policy): Waiver | undefined {
  return policy.waiverExpiry === 'required' ? policy.waivers.find(isEndless) : undefined;
}

function needsEnd({ name }: Policy): string {
  return `policy ${name} asks that a waiver ends: give expires: YYYY-MM-DD or untilFixed: true`;
}

function repeated(names: readonly string[]): string | undefined {
  const index = repeatedIndex(names);
  return index === undefined ? undefined : names[index];
}

function repeatedIndex(names: readonly string[]): number | undefined {
  const seen = new Set<string>();
  for (const [index, name] of names.entries()) {
    if (seen.has(name)) return index;
    seen.add(name);
  }
  return undefined;
}
