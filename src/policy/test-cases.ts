import { CodedError, sha256Digest } from '../model/index.ts';
import type { TrustEvidence, Verdict, VerdictResult, Violation } from '../model/index.ts';
import type { JudgeContext } from './judge-context.ts';
import { invalid, readDocuments } from './yaml-documents.ts';

/** A file of tests for a policy. */
export interface PolicyTest {
  /** A file beside the test file, or the name of a preset. */
  readonly policy: string;
  readonly cases: readonly PolicyCase[];
}

export interface PolicyCase {
  readonly name: string;
  /** A file with a record, or as much of a record as matters. */
  readonly record: unknown;
  readonly context: JudgeContext;
  /** A file with a VEX document. */
  readonly vex?: string;
  readonly expect: Expectation;
}

/** What must come of it; lists that are absent are not looked at. */
export interface Expectation {
  readonly result: VerdictResult;
  readonly violations?: readonly string[];
  readonly warnings?: readonly string[];
  readonly doubts?: readonly string[];
  readonly waived?: readonly string[];
}

interface CaseText extends Omit<PolicyCase, 'context' | 'record'> {
  readonly record?: unknown;
  readonly context?: Omit<JudgeContext, 'now' | 'vex' | 'evidence'> & {
    readonly now?: string;
    readonly evidence?: Readonly<Partial<TrustEvidence>>;
  };
}

/** Someone looked for what vouches for an image, and found nothing: what a case's evidence is laid over. */
const nothingFound: TrustEvidence = {
  trustRoot: { name: 'test', digest: sha256Digest('0'.repeat(64)) },
  repository: 'registry.example.com/app',
  signatures: [],
  attestations: [],
  refused: [],
};

/** The day of cases that state none. */
const defaultNow = '2026-01-01T00:00:00Z';

/** Reads a file of kind PolicyTest (several documents at will). Throws `invalid-policy` with line and column. */
export async function parsePolicyTests(text: string, fileName: string): Promise<readonly PolicyTest[]> {
  const documents = await readDocuments(text, fileName);
  const odd = documents.find(({ kind }) => kind !== 'PolicyTest');
  if (odd !== undefined) throw invalid([`${odd.locate(['kind'])}: kind must be PolicyTest here`]);
  if (documents.length === 0) throw invalid([`${fileName}: has no document of kind PolicyTest`]);
  return documents.map(({ value }) => {
    const { policy, cases } = value as { readonly policy: string; readonly cases: readonly CaseText[] };
    return { policy, cases: cases.map(toCase) };
  });
}

function toCase({ name, record, context = {}, vex, expect }: CaseText): PolicyCase {
  const { now = defaultNow, evidence, ...rest } = context;
  return {
    name,
    record: record ?? {},
    context: {
      ...rest,
      now: new Date(now),
      ...(evidence === undefined ? {} : { evidence: { ...nothingFound, ...evidence } }),
    },
    ...(vex === undefined ? {} : { vex }),
    expect,
  };
}

/** In what a verdict differs from what was expected, one line each; none when it is as expected. */
export function compareVerdict(verdict: Verdict, expected: Expectation): readonly string[] {
  const differences: string[] = [];
  if (verdict.result !== expected.result)
    differences.push(`the result is ${verdict.result}, expected ${expected.result}`);
  const lists = [
    ['violation', expected.violations, verdict.violations.map(violationText)],
    ['warning', expected.warnings, verdict.warnings.map(violationText)],
    ['doubt', expected.doubts, verdict.doubts.map(({ rule, what }) => ({ name: rule, text: `${rule}: ${what}` }))],
    [
      'waiver',
      expected.waived,
      verdict.waived.map(({ waiver, violation }) => ({ name: waiver.id, text: `${waiver.id} for ${violation.what}` })),
    ],
  ] as const;
  for (const [noun, wanted, found] of lists) {
    if (wanted === undefined) continue;
    const matches = (want: string, item: Named) => item.name === want || item.text.includes(want);
    for (const want of wanted) if (!found.some((item) => matches(want, item))) differences.push(`no ${noun} ${want}`);
    for (const item of found)
      if (!wanted.some((want) => matches(want, item))) differences.push(`unexpected ${noun} ${item.text}`);
  }
  return differences;
}

interface Named {
  readonly name: string;
  readonly text: string;
}

function violationText({ rule, what, why }: Violation): Named {
  return { name: rule, text: `${rule}: ${what} (${why})` };
}

/** Turns what a rule throws on a hand-written record of the wrong shape into an error that says so. */
export function judgingStub<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const message = `case ${name}: the record has members that are missing or of the wrong kind`;
    throw new CodedError('bad-record-stub', message, { cause: error });
  }
}
