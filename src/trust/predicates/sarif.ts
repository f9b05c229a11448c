import { listAt, textAt } from '../envelope/members.ts';
import type { PredicateKind } from './predicate.ts';

const runLimit = 100;
const resultLimit = 1_000_000;

/** Results of code analysis or tests: a SARIF log as it is (OASIS SARIF 2.1.0). */
export const sarif: PredicateKind = {
  names: ['sarif'],
  types: ['https://plimsoll.dev/attestations/sarif/v1'],
  summary: 'results of code analysis or tests (SARIF 2.1.0)',
  read(predicate) {
    if (textAt(predicate, 'version') === undefined) return undefined;
    const runs = listAt(predicate, runLimit, 'runs');
    const results = { error: 0, warning: 0, note: 0 };
    let ranAt: string | undefined;
    for (const run of runs) {
      for (const result of listAt(run, resultLimit, 'results')) {
        // § 3.27.9: only failures have a level that counts; § 3.27.23: what was suppressed was looked at.
        const kind = textAt(result, 'kind') ?? 'fail';
        if (kind !== 'fail' || listAt(result, 1, 'suppressions').length > 0) continue;
        if (textAt(result, 'baselineState') === 'absent') continue;
        const level = textAt(result, 'level') ?? 'warning';
        if (level === 'error' || level === 'warning' || level === 'note') results[level]++;
      }
      for (const invocation of listAt(run, runLimit, 'invocations')) {
        const ended = textAt(invocation, 'endTimeUtc');
        if (ended !== undefined && !Number.isNaN(Date.parse(ended)) && (ranAt === undefined || ended > ranAt))
          ranAt = ended;
      }
    }
    const tools = runs.map((run) => textAt(run, 'tool', 'driver', 'name')).filter((name) => name !== undefined);
    return { kind: 'analysis', tools: [...new Set(tools)].sort(), results, ...(ranAt === undefined ? {} : { ranAt }) };
  },
  complaint: (predicate) =>
    textAt(predicate, 'version') === '2.1.0' && listAt(predicate, 1, 'runs').length > 0
      ? undefined
      : 'a SARIF log has version 2.1.0 and at least one run',
};
