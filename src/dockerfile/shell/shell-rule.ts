import type { Span } from '../../formats/shell/index.ts';
import type { FixOf } from '../fix.ts';
import type { ShellRun } from './run.ts';

/** One question asked of the shell text of RUN instructions. Pure; says nothing where it lacks a fact. */
export interface ShellRule {
  readonly name: string;
  /** One sentence: what must hold. */
  readonly summary: string;
  /** A few sentences for people who met it: why, what counts, how to mend. */
  readonly explanation: string;
  readonly category: 'syntax' | 'security' | 'supply-chain' | 'correctness' | 'size' | 'audit' | 'style';
  readonly severity: 'error' | 'warning' | 'info' | 'style';
  /** The rules of hadolint (DL) and ShellCheck (SC) that it covers: ignores that name these work too. */
  readonly aliases: readonly string[];
  /** Only asked when settings name it. */
  readonly isOptIn?: boolean;
  check(run: ShellRun, around: RunsAround): readonly ShellDraft[];
}

/** What stands around a RUN instruction. */
export interface RunsAround {
  /** All RUN instructions of the stage in their order, this one among them. */
  readonly runs: readonly ShellRun[];
  readonly index: number;
  /** What the stage leaves is in the image: it is the last one, or one that the last one is built from. */
  readonly isShipped: boolean;
  /** What a list of malicious packages says of a name; absent without one. */
  readonly malicious?: (
    ecosystem: string,
    name: string,
    version: string | undefined,
  ) => { readonly id: string } | undefined;
}

/** What a rule found; offsets are of the Dockerfile. */
export interface ShellDraft extends Span {
  /** What is wrong, with the names and values of this text; one sentence without a full stop. */
  readonly message: string;
  /** What to do: one sentence or what to write instead. */
  readonly advice: string;
  readonly severity?: ShellRule['severity'];
  /** Those of the rule's aliases that would find this too; none for an empty list, all without. */
  readonly aliases?: readonly string[];
  readonly fix?: ShellFix;
  /** A part of the text that no report may show: the value of a secret. */
  readonly conceal?: Span;
}

/** Edits that mend a finding; offsets are of the Dockerfile. */
export type ShellFix = FixOf<ShellEdit>;

export interface ShellEdit extends Span {
  readonly text: string;
}

/** An edit that puts a text behind a node. */
export function insertion(at: number, text: string): ShellEdit {
  return { from: at, to: at, text };
}

/** `a, b and 3 more`. */
export function enumerated(names: readonly string[], most = 4): string {
  if (names.length <= 1) return names[0] ?? '';
  if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`;
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}
