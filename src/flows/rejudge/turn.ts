import type { Verdict, Violation } from '../../model/index.ts';
import type { RunningPlace, Turn, TurnedVerdict } from '../../server-store/index.ts';

/** What a verdict that turned means to people: docs/formats/turn.md. */
export interface TurnDetails {
  /** What decided the verdict, in a line. */
  readonly reason: string;
  /** Of the image: its own label, where it has one. */
  readonly owner?: string;
  readonly policy: string;
  /** Containers that run from it now. */
  readonly running: number;
  readonly places: readonly Omit<RunningPlace, 'image'>[];
  /** The gravest, at most ten. */
  readonly violations: readonly Pick<Violation, 'rule' | 'severity' | 'what' | 'why' | 'owner' | 'mend'>[];
  readonly violationCount: number;
  /** What mends it, the most effective first, at most five. */
  readonly mends: readonly { readonly command: string; readonly closes: number; readonly owner: Violation['owner'] }[];
}

export type DetailedTurn = Turn & { readonly body: TurnDetails };

const most = { violations: 10, mends: 5, text: 2000 } as const;

/** Says of a verdict that turned what people need to know. */
export function turnOf(
  { due, verdict, before }: TurnedVerdict,
  { places, now }: { readonly places: readonly RunningPlace[]; readonly now: Date },
): DetailedTurn {
  return {
    at: now.toISOString(),
    image: due.image,
    name: due.name,
    scope: verdict.scope,
    before: before!,
    result: verdict.result,
    why: due.why,
    team: due.team,
    body: {
      reason: reasonOf(verdict),
      ...(due.owner === null ? {} : { owner: due.owner }),
      policy: verdict.policy.name,
      running: places.reduce((sum, { containers }) => sum + containers, 0),
      places: places.slice(0, 50).map(({ image: _image, ...place }) => place),
      violations: verdict.violations.slice(0, most.violations).map(({ rule, severity, what, why, owner, mend }) => ({
        rule,
        ...(severity === undefined ? {} : { severity }),
        what: what.slice(0, most.text),
        why: why.slice(0, most.text),
        owner,
        ...(mend === undefined ? {} : { mend: mend.slice(0, most.text) }),
      })),
      violationCount: verdict.violations.length,
      mends: mendsOf(verdict.violations),
    },
  };
}

/** What decided a verdict, in a line. */
export function reasonOf({ result, violations, doubts }: Verdict): string {
  if (result === 'fail' && violations[0] !== undefined) return violations[0].what.slice(0, 1000);
  if (result === 'cannot-tell')
    return (doubts.find(({ stops }) => stops !== false)?.what ?? 'cannot tell').slice(0, 1000);
  return 'no rule is broken';
}

function mendsOf(violations: readonly Violation[]): TurnDetails['mends'] {
  const byCommand = Map.groupBy(
    violations.filter(({ mend }) => mend !== undefined),
    ({ mend }) => mend!,
  );
  return [...byCommand]
    .map(([command, closed]) => ({
      command: command.slice(0, most.text),
      closes: closed.length,
      owner: closed[0]!.owner,
    }))
    .sort((a, b) => b.closes - a.closes || (a.command < b.command ? -1 : 1))
    .slice(0, most.mends);
}
