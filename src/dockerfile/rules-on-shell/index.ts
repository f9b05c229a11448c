import type { RunsAround, ShellDraft, ShellRule, ShellRun } from '../shell/index.ts';
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
  { isShipped, rules = shellRules }: { readonly isShipped: boolean; readonly rules?: readonly ShellRule[] },
): readonly ShellFinding[] {
  return runs.flatMap((run, index) => {
    const around: RunsAround = { runs, index, isShipped };
    return rules.flatMap((rule) => rule.check(run, around).map((draft) => ({ rule, ...draft })));
  });
}
