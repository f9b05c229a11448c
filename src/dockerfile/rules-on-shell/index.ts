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
  const isWithin = isExec ? () => true : withinSome([...scripts.filter((each) => each !== script), ...backticks]);
  return found.map((finding) =>
    finding.fix !== undefined && isWithin(finding) ? { ...finding, fix: undefined } : finding,
  );
}

/** Whether one of some ranges is around another one, and larger; each answer in the logarithm of their number. */
function withinSome(spans: readonly Span[]): (span: Span) => boolean {
  const inOrder = [...spans].sort((a, b) => a.from - b.from || b.to - a.to);
  const furthest: number[] = [];
  for (const { to } of inOrder) furthest.push(Math.max(furthest.at(-1) ?? 0, to));
  return ({ from, to }) => {
    const before = countBefore(inOrder, from);
    // Of those that begin at the same place the largest comes first.
    const same = inOrder[before];
    return (furthest[before - 1] ?? 0) >= to || (same?.from === from && same.to > to);
  };
}

/** How many of the ranges begin before a place. */
function countBefore(inOrder: readonly Span[], place: number): number {
  let [low, high] = [0, inOrder.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inOrder[middle]!.from < place) low = middle + 1;
    else high = middle;
  }
  return low;
}
