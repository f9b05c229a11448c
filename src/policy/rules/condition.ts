import type { Condition } from '../condition-engine.ts';
import type { ConditionUse } from '../policy.ts';
import type { Rule } from '../rule.ts';

/** What `policy explain condition` says. */
export const conditionExplanation = {
  name: 'condition',
  summary: 'A condition in CEL over the record holds.',
  explanation:
    'A policy may state conditions of its own in the Common Expression Language: an expression that must be true. It ' +
    'speaks of record (the image record), context (environment, team, regulations, labels, reference, deployment, scope) ' +
    'and now (a timestamp). An expression that errs (a field that is not there: ask has() first), that gives neither true ' +
    'nor false, or that takes more than its budget of steps cannot be told; it never passes. matches() takes regular ' +
    'expressions without back-references and look-around. Numbers in a record are doubles: write 1.0 to calculate.',
};

/** The rule that a policy's condition makes. */
export function conditionRule(use: ConditionUse, condition: Condition): Rule {
  return {
    name: `condition:${use.name}`,
    summary: use.message,
    explanation: conditionExplanation.explanation,
    needs: speaksOfFindings(use) ? ['advisories'] : [],
    defaults: {},
    settings: () => ({}),
    check(record, _settings, { context, now }) {
      const { vex: _vex, now: _now, findPackage: _find, ...rest } = context;
      const known = { regulations: [], labels: {}, deployment: 'new', ...rest };
      const result = condition({ record, context: known, now });
      if (result.kind === 'holds') return { violations: [] };
      if (result.kind === 'cannot-tell')
        return { violations: [], doubts: [{ what: `whether condition ${use.name} holds: ${result.why}` }] };
      const draft = {
        subject: `condition:${use.name}`,
        severity: 'medium' as const,
        what: use.message,
        why: `condition ${use.name} does not hold`,
        owner: 'image' as const,
        ...(use.mend === undefined ? {} : { mend: use.mend }),
      };
      return { violations: [draft] };
    },
    // What an expression makes of the time nobody can tell: it is asked again every hour.
    moments: (_record, _settings, { now }) => (/\bnow\b/.test(use.expression) ? [now.getTime() + 3_600_000] : []),
  };
}

/** Whether a condition asks for findings, so that it can't be told without an advisory database. */
export function speaksOfFindings({ expression }: ConditionUse): boolean {
  return /\bfindings\b/.test(expression);
}
