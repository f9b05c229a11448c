import type { Span } from '../../formats/shell/index.ts';
import { nodesOfKind, type RunsAround, type ShellDraft, type ShellRule, type ShellRun } from '../shell/index.ts';
import { shellRules } from './list.ts';

/**
 * Rules on the shell text of RUN instructions: text, shell and what stands around it to findings. Pure; knows nothing of
 * how the Dockerfile was read.
 */
export { shellRules } from './list.ts';

/** A finding with the rule that found it. */
export interface ShellFinding extends ShellDraft {
  readonly rule: ShellRule;
}

/** Asks all rules, or some, of the RUN instructions of a stage. */
export function checkShellRuns(
  runs: readonly ShellRun[],
  { rules = shellRules, ...known }: Omit<RunsAround, 'runs' | 'index'> & { readonly rules?: readonly ShellRule[] },
): readonly ShellFinding[] {
  return runs.flatMap((run, index) => {
    const around: RunsAround = { runs, index, ...known };
    const found = rules.flatMap((rule) => rule.check(run, around).map((draft) => ({ rule, ...draft })));
    return found.some(({ fix }) => fix !== undefined) ? withoutFragileFixes(run, found) : found;
  });
}

/** An edit within a text that is quoted, or in backticks, might need backslashes of its own: no fix is offered there. */
function withoutFragileFixes({ script, scripts, isExec }: ShellRun, found: readonly ShellFinding[]): ShellFinding[] {
  const backticks = nodesOfKind(script, 'command-substitution').filter((node) => node.backticks);
  const fragile: readonly Span[] = [...scripts.filter((each) => each !== script), ...backticks];
  const isWithin = ({ from, to }: Span) =>
    isExec || fragile.some((span) => from >= span.from && to <= span.to && (from > span.from || to < span.to));
  return found.map((finding) =>
    finding.fix !== undefined && isWithin(finding) ? { ...finding, fix: undefined } : finding,
  );
}
