import type { ImageRecord, Severity, Verdict } from '../../model/index.ts';

/** What the terminal report is made from. */
export interface TableInput {
  readonly record: ImageRecord;
  readonly verdict?: Verdict;
  /** How the user named the image. */
  readonly reference: string;
  readonly now: Date;
  readonly columns: number;
  readonly color: boolean;
  /** Lists of what the policy does not object to leave out lighter ones; what it objects to is always shown. */
  readonly severityAtLeast?: Severity;
  readonly ignoreUnfixed?: boolean;
  readonly only?: 'app' | 'base';
  /** How long the scan took, and its parts where they were asked for, in milliseconds. */
  readonly timings?: {
    readonly totalMs: number;
    readonly parts?: readonly { readonly name: string; readonly ms: number }[];
  };
}
