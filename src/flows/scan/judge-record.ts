import type { ImageRecord, Verdict } from '../../model/index.ts';
import { defaultPolicy, judge, type JudgeContext, preparePolicy } from '../../policy/index.ts';

export interface JudgeOptions extends Omit<JudgeContext, 'vex'> {
  /** A built-in policy's name or a file; the default policy when absent. */
  readonly policy?: string;
  readonly waiverFiles: readonly string[];
  readonly vexFiles: readonly string[];
}

export interface Judged {
  readonly verdict: Verdict;
  /** What in the VEX documents could not be used. */
  readonly complaints: readonly string[];
}

/**
 * Judges a record by the policy that the user names, with waivers and VEX statements. Reading policies and VEX documents is
 * only loaded where there are some to read.
 */
export async function judgeRecord(
  record: ImageRecord,
  { policy, waiverFiles, vexFiles, ...context }: JudgeOptions,
): Promise<Judged> {
  const isUsual = policy === undefined && waiverFiles.length === 0;
  const chosen = isUsual
    ? defaultPolicy
    : await (await import('../policy/index.ts')).loadPolicy(policy ?? defaultPolicy.name, waiverFiles);
  const prepared = await preparePolicy(chosen);
  const vex = vexFiles.length === 0 ? undefined : await (await import('../policy/index.ts')).loadVex(vexFiles);
  const verdict = judge(record, prepared, vex === undefined ? context : { ...context, vex: vex.statements });
  return { verdict, complaints: vex === undefined ? [] : vex.complaints.map(String) };
}
