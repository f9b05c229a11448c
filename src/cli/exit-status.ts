import { CodedError, type Verdict } from '../model/index.ts';

/** What the process exits with: a contract that pipelines rely on. */
export const exitStatus = { pass: 0, toolError: 1, fail: 2, cannotTell: 3, usage: 64 } as const;

/** The exit status of a verdict. */
export function statusOfVerdict(result: Verdict['result']): number {
  return result === 'pass' ? exitStatus.pass : result === 'fail' ? exitStatus.fail : exitStatus.cannotTell;
}

/** The exit status of an error. */
export function statusOfError(error: unknown): number {
  return error instanceof CodedError && error.kind === 'usage' ? exitStatus.usage : exitStatus.toolError;
}
