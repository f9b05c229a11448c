import type { Expansion } from './expansion.ts';
import type { ArgInstruction, CopyInstruction, FromInstruction, Instruction, RunInstruction, Span } from './syntax.ts';

/** The stages of a Dockerfile and what each takes from which. */
export interface StageGraph {
  /** `ARG` before the first `FROM`. */
  readonly globalArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  /** What a build without `--target` makes: the last stage. Undefined without `FROM`. */
  readonly target: Stage | undefined;
}

export interface Stage {
  readonly index: number;
  /** In lower case, as builders compare it. */
  readonly name: string | undefined;
  readonly from: FromInstruction;
  /** Behind `FROM`, in order. */
  readonly instructions: readonly Instruction[];
  readonly base: StageBase;
  /** What it takes by `COPY --from` and `RUN --mount=from=`, in order. */
  readonly takes: readonly StageTake[];
  /** Whether the target needs it. */
  readonly isReachable: boolean;
}

export type StageBase =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly stage: number }
  | { readonly kind: 'image'; readonly reference: Expansion };

export interface StageTake {
  readonly by: CopyInstruction | RunInstruction;
  /** `from=` as written. */
  readonly written: string;
  readonly span: Span;
  readonly source: StageBase;
}
