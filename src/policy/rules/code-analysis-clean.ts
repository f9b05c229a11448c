import { daysSince, momentsAfter } from '../days.ts';
import { matchesAny } from '../pattern.ts';
import type { Draft, Rule } from '../rule.ts';
import {
  attestationsOf,
  evidenceOr,
  missingSetting,
  refusedText,
  vouchingDraft,
  type VouchingSettings,
} from '../vouching.ts';

type Level = 'error' | 'warning' | 'note';

interface Settings extends VouchingSettings {
  readonly atLeast: Level;
  readonly tools: readonly string[];
  readonly maxResults: number;
  readonly maxAgeDays: number;
}

const levels: readonly Level[] = ['error', 'warning', 'note'];

/** Code analysis and tests found nothing that counts. */
export const codeAnalysisClean: Rule<Settings> = {
  name: 'code-analysis-clean',
  summary: 'Signed results of code analysis or tests (SARIF) hold nothing at or above a level.',
  explanation:
    'Results come as SARIF that a builder signed (plimsoll attest --type sarif). Suppressed results and those that are no ' +
    'failures do not count. Each tool in tools must have run; where none is named, at least one. Of several results of ' +
    'one tool all count: old ones are told apart by maxAgeDays, and results that do not say when they ran are taken as fresh.',
  needs: [],
  defaults: { missing: 'cannot-tell', atLeast: 'error', tools: [], maxResults: 0, maxAgeDays: 36_500 },
  settings: (z) => ({
    missing: missingSetting(z),
    atLeast: z.enum(['error', 'warning', 'note']).describe('The lowest level that counts. Default error.'),
    tools: z.array(z.string().max(300)).describe('Patterns on tools, each of which must have run. Default none.'),
    maxResults: z.number().int().min(0).max(1_000_000).describe('How many results are tolerated, each run. Default 0.'),
    maxAgeDays: z.number().min(0).max(36_500).describe('Days since the analysis ran. Default 36500.'),
  }),
  check(_record, settings, facts) {
    const looked = evidenceOr(facts, settings, 'what code analysis found');
    if ('answer' in looked) return looked.answer;
    const all = attestationsOf(looked.evidence, 'analysis').map((each) => each.facts);
    const fresh = all.filter(({ ranAt }) => (daysSince(ranAt, facts.now) ?? 0) <= settings.maxAgeDays);
    const violations: Draft[] = [];
    const demand = `the policy demands results of code analysis`;
    const mend = 'plimsoll attest --type sarif IMAGE@DIGEST results.sarif';
    const absent = settings.tools.filter(
      (tool) => !fresh.some(({ tools }) => tools.some((ran) => matchesAny([tool], ran))),
    );
    if (fresh.length === 0 && settings.tools.length === 0)
      violations.push(
        vouchingDraft(
          'analysis',
          all.length === 0
            ? 'no results of code analysis'
            : `the results of code analysis are older than ${settings.maxAgeDays} days`,
          `${demand}${all.length === 0 ? refusedText(looked.evidence) : ''}`,
          mend,
        ),
      );
    for (const tool of absent)
      violations.push(vouchingDraft(`analysis:${tool}`, `no fresh results of ${tool}`, demand, mend));
    const counted = levels.slice(0, levels.indexOf(settings.atLeast) + 1);
    for (const { tools, results } of fresh) {
      const count = counted.reduce((sum, level) => sum + results[level], 0);
      if (count <= settings.maxResults) continue;
      const name = tools.join(', ') || 'code analysis';
      const said = counted.filter((level) => results[level] > 0).map((level) => `${results[level]} ${level}`);
      violations.push(
        vouchingDraft(
          `results:${name}`,
          `${name}: ${said.join(', ')}`,
          `allowed: ${settings.maxResults} at ${settings.atLeast} and above`,
          'mend what it found, build and attest again',
        ),
      );
    }
    return { violations };
  },
  moments(_record, { maxAgeDays }, { context }) {
    if (context.evidence === undefined) return [];
    return attestationsOf(context.evidence, 'analysis').flatMap(({ facts }) => momentsAfter(facts.ranAt, maxAgeDays));
  },
};
