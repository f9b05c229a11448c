import type { Verdict } from '../../model/index.ts';
import { packFrame, unpackFrame } from '../../formats/zstd-frame.ts';
import { plainText } from '../hostile-text.ts';

/** What stands of a verdict in columns of its own, for those who do not want to read it. */
export interface VerdictColumns {
  readonly image: string;
  readonly scope: string;
  readonly result: Verdict['result'];
  readonly policy_name: string;
  readonly policy_digest: string;
  readonly database_digest: string | null;
  readonly engine: string;
  readonly violations: number;
  readonly worst: string | null;
  readonly content_digest: string;
  /** What stands first against it, in a line. */
  readonly why: string | null;
  /** Ids of the waivers that cover some of its violations; null: none do. */
  readonly waivers: string[] | null;
}

/** @param content as `contentDigest` has it. */
export function verdictColumns(verdict: Verdict, content: string): VerdictColumns {
  const why = verdict.violations[0]?.what ?? verdict.doubts[0]?.what;
  return {
    image: verdict.imageDigest,
    scope: verdict.scope,
    result: verdict.result,
    policy_name: verdict.policy.name,
    policy_digest: verdict.policy.digest,
    database_digest: verdict.databaseDigest ?? null,
    engine: verdict.engine,
    violations: verdict.violations.length,
    worst: verdict.violations[0]?.severity ?? null,
    content_digest: content,
    why: why === undefined ? null : plainText(why),
    waivers:
      verdict.waived.length === 0 ? null : [...new Set(verdict.waived.map(({ waiver }) => plainText(waiver.id)))],
  };
}

/** What a verdict says, as it is kept. */
export function packVerdict(verdict: Verdict): Buffer {
  return packFrame(JSON.stringify(verdict));
}

/** What a verdict says, as it was given; by what it was made the last time, the columns tell. */
export function unpackVerdict(body: Buffer): Verdict {
  const isPlain = body[0] === 0x7b;
  return JSON.parse((isPlain ? body : unpackFrame(body)).toString()) as Verdict;
}
