import { applyEdits } from './edits.ts';
import type { Edit, LintFinding, LintResult } from './rule.ts';

/** A mend that was made, as the file was before it. */
export interface MadeMend {
  readonly finding: LintFinding;
  /** The line where it was found, in the text of its round. */
  readonly line: number;
}

export interface MendedText {
  readonly text: string;
  /** In the order in which they were made. */
  readonly made: readonly MadeMend[];
  /** What is found in the text now. */
  readonly result: LintResult;
}

export interface MendOptions {
  /** What is found in a text. */
  lint(text: string): LintResult;
  /** Which mends are wanted; the safe ones where nothing is said. */
  readonly isWanted?: (finding: LintFinding) => boolean;
}

/** Mends make way for others: more rounds than that are no mending. */
const mostRounds = 100;
/** Nor is reading more than that, over all rounds, in UTF-16 code units: a file of a mebibyte gets four. */
const mostText = 4 << 20;
/** A mend that makes one of these is none. */
const guards: ReadonlySet<string> = new Set(['valid-syntax', 'valid-shell']);

/**
 * Makes the wanted mends of a text, and those that come up when these are made, until there are none left. Edits of two mends
 * never mix: what would touch another one waits for the next round. A mend that no builder or shell could read is taken back.
 * Pure.
 */
export function mend(text: string, options: MendOptions): MendedText {
  const { lint, isWanted = ({ fix }) => fix?.isSafe === true } = options;
  const made: MadeMend[] = [];
  const refused = new Set<string>();
  const seen = new Set([text]);
  let now = { text, result: lint(text) };
  let left = mostText - text.length;
  // Also while mends that do harm are looked for.
  const bounded = (next: string): LintResult | undefined => {
    left -= next.length;
    return left < 0 ? undefined : lint(next);
  };
  for (let round = 0; round < mostRounds && left > 0; round++) {
    const wanted = now.result.findings.filter(
      (finding) => finding.fix !== undefined && isWanted(finding) && !refused.has(keyOf(finding)),
    );
    if (wanted.length === 0) break;
    const next = attempt(now, apart(wanted), bounded, refused);
    if (next === undefined) continue;
    // What leads back to a text that was there before would go on for ever.
    if (seen.has(next.text)) break;
    seen.add(next.text);
    made.push(...next.made.map((finding) => ({ finding, line: finding.start.line })));
    now = next;
  }
  return { ...now, made };
}

interface Linted {
  readonly text: string;
  readonly result: LintResult;
}

/** Makes mends at once, or one after another where together they do harm; undefined where none can be made. */
function attempt(
  { text, result }: Linted,
  findings: readonly LintFinding[],
  lint: (text: string) => LintResult | undefined,
  refused: Set<string>,
): (Linted & { readonly made: readonly LintFinding[] }) | undefined {
  const mended = applyEdits(
    text,
    findings.flatMap(({ fix }) => fix!.edits),
  );
  const after = mended === text ? result : lint(mended);
  if (after === undefined) return undefined;
  if (mended !== text && harm(after) <= harm(result)) return { text: mended, result: after, made: findings };
  if (findings.length === 1) {
    refused.add(keyOf(findings[0]!));
    return undefined;
  }
  const half = findings.length >> 1;
  return (
    attempt({ text, result }, findings.slice(0, half), lint, refused) ??
    attempt({ text, result }, findings.slice(half), lint, refused)
  );
}

function harm({ findings, ignored }: LintResult): number {
  return [...findings, ...ignored].filter(({ rule }) => guards.has(rule)).length;
}

/** Enough to know a finding again when the text around it has changed. */
function keyOf({ rule, message, fix }: LintFinding): string {
  return JSON.stringify([rule, message, fix?.title]);
}

/** Those of the findings whose mends don't touch one another; of two that do, the first. */
function apart(findings: readonly LintFinding[]): readonly LintFinding[] {
  const taken: Edit['span'][] = [];
  return findings.filter(({ fix }) => {
    const spans = fix!.edits.map(({ span }) => span);
    if (spans.some((span) => touches(taken, span))) return false;
    for (const span of spans) taken.splice(indexFor(taken, span.start), 0, span);
    return true;
  });
}

/** Whether a range meets one of those, which are in order and apart. */
function touches(taken: readonly Edit['span'][], { start, end }: Edit['span']): boolean {
  const at = indexFor(taken, start);
  const [before, behind] = [taken[at - 1], taken[at]];
  return (before !== undefined && before.end >= start) || (behind !== undefined && behind.start <= end);
}

/** Where a range that begins there belongs. */
function indexFor(taken: readonly Edit['span'][], start: number): number {
  let [low, high] = [0, taken.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (taken[middle]!.start < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
