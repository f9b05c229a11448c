import { CodedError } from '../model/index.ts';
import { nearest } from '../formats/nearest.ts';
import { conditionExplanation } from './rules/condition.ts';
import { rules } from './rules/list.ts';

/** What there is to say about a rule. */
export interface RuleExplanation {
  readonly name: string;
  readonly summary: string;
  readonly explanation: string;
  readonly settings: readonly { readonly name: string; readonly about: string; readonly default: unknown }[];
  /** When it is asked without being named. */
  readonly implied?: string;
}

/** Explains a rule. Throws `unknown-rule` with the closest name. */
export async function explainRule(name: string): Promise<RuleExplanation> {
  if (name === conditionExplanation.name || name.startsWith('condition:'))
    return { ...conditionExplanation, settings: [] };
  const rule = rules.find((known) => known.name === name);
  if (rule === undefined) {
    const guess = nearest(
      name,
      rules.map((known) => known.name),
    );
    const hint = guess === undefined ? 'plimsoll policy list names them' : `did you mean ${guess}?`;
    throw new CodedError('unknown-rule', `there is no rule ${JSON.stringify(name)}`, { hint, kind: 'usage' });
  }
  const { z } = await import('zod');
  const shapes = Object.entries<{ readonly description?: string | undefined }>(rule.settings(z));
  const given = rule.defaults as Readonly<Record<string, unknown>>;
  const settings = shapes.map(([setting, shape]) => ({
    name: setting,
    about: shape.description ?? '',
    default: given[setting],
  }));
  const implied =
    rule.implied === 'always'
      ? 'always'
      : rule.implied === undefined
        ? undefined
        : 'wherever a rule on vulnerabilities is asked';
  return {
    name,
    summary: rule.summary,
    explanation: rule.explanation,
    settings,
    ...(implied === undefined ? {} : { implied }),
  };
}
