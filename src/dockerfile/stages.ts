import { expandWord, type Expansion, type Scope } from './variables/expansion.ts';
import { VariableTables } from './variables/scopes.ts';
import type {
  ArgInstruction,
  CopyInstruction,
  Dockerfile,
  FromInstruction,
  Instruction,
  RunInstruction,
  Span,
  SyntaxProblem,
} from './syntax.ts';

/** The stages of a Dockerfile and what each takes from which. */
export interface StageGraph {
  /** `ARG` before the first `FROM`. */
  readonly globalArgs: readonly ArgInstruction[];
  readonly stages: readonly Stage[];
  /** What a build without `--target` makes: the last stage. Undefined without `FROM`. */
  readonly target: Stage | undefined;
  /** References to stages that can't be built. */
  readonly problems: readonly SyntaxProblem[];
  /** The variables that an instruction sees: what stands before it in its stage and in the stages below. */
  scopeOf(instruction: Instruction): Scope;
  /** The stage that an instruction stands in; undefined before the first `FROM`. */
  stageOf(instruction: Instruction): Stage | undefined;
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
  /** An image outside; the reference is as `FROM` makes it of its arguments' defaults. */
  | { readonly kind: 'image'; readonly reference: Expansion };

export interface StageTake {
  readonly by: CopyInstruction | RunInstruction;
  /** `from=` as written. */
  readonly written: string;
  readonly span: Span;
  readonly source: StageBase;
}

export interface GraphOptions {
  /** Names of variables that a base image sets; undefined where it isn't known. */
  readonly baseVariables?: (reference: string) => Iterable<string> | undefined;
}

interface OpenStage extends Stage {
  readonly instructions: Instruction[];
  takes: readonly StageTake[];
  isReachable: boolean;
}

/** Finds the stages, what each stands on and takes, and the variables at each place. */
export function stageGraph(file: Dockerfile, options: GraphOptions = {}): StageGraph {
  const tables = new VariableTables(file.escape, options.baseVariables);
  const stages: OpenStage[] = [];
  const byName = new Map<string, OpenStage>();
  const stageOf = new Map<Instruction, OpenStage>();
  const globalArgs: ArgInstruction[] = [];
  for (const instruction of file.instructions) {
    const stage = stages.at(-1);
    if (instruction.kind === 'from') {
      const opened = open(instruction, { index: stages.length, byName, scope: tables.globalScope() });
      tables.openStage(opened);
      stages.push(opened);
      stageOf.set(instruction, opened);
      // A later stage of the same name takes its place.
      if (opened.name !== undefined) byName.set(opened.name, opened);
    } else if (stage === undefined) {
      if (instruction.kind === 'arg') globalArgs.push(instruction);
    } else {
      stage.instructions.push(instruction);
      stageOf.set(instruction, stage);
      if (instruction.kind === 'onbuild') stageOf.set(instruction.trigger, stage);
    }
    tables.see(instruction);
  }
  const problems: SyntaxProblem[] = [];
  for (const stage of stages) stage.takes = takesOf(stage, { stages, byName, problems });
  markReachable(stages);
  return {
    globalArgs,
    stages,
    target: stages.at(-1),
    problems,
    scopeOf: (instruction) => tables.scopeOf(instruction),
    stageOf: (instruction) => stageOf.get(instruction),
  };
}

function open(
  from: FromInstruction,
  { index, byName, scope }: { index: number; byName: ReadonlyMap<string, OpenStage>; scope: Scope },
): OpenStage {
  const reference = expandWord(from.image.text, scope);
  const below = byName.get(reference.text?.toLowerCase() ?? '');
  const base: StageBase =
    reference.text === 'scratch'
      ? { kind: 'scratch' }
      : below === undefined
        ? { kind: 'image', reference }
        : { kind: 'stage', stage: below.index };
  const name = from.as?.name.text.toLowerCase();
  return { index, name, from, instructions: [], base, takes: [], isReachable: false };
}

interface Names {
  readonly stages: readonly OpenStage[];
  readonly byName: ReadonlyMap<string, OpenStage>;
  readonly problems: SyntaxProblem[];
}

function takesOf(stage: OpenStage, names: Names): readonly StageTake[] {
  const takes: StageTake[] = [];
  for (const by of stage.instructions) {
    if (by.kind === 'copy' && by.from?.value !== undefined && by.from.value !== '')
      takes.push(take(by, { written: by.from.value, span: by.from.valueSpan, stage, names }));
    if (by.kind === 'run')
      for (const { from, flag } of by.mounts)
        if (from !== undefined && from !== '') takes.push(take(by, { written: from, span: flag.span, stage, names }));
  }
  return takes;
}

function take(
  by: CopyInstruction | RunInstruction,
  { written, span, stage, names }: { written: string; span: Span; stage: OpenStage; names: Names },
): StageTake {
  const byIndex = by.kind === 'copy' && /^\d{1,9}$/.test(written);
  const source = byIndex ? names.stages[Number(written)] : names.byName.get(written.toLowerCase());
  const refuse = (code: string, message: string, hint?: string): void =>
    void names.problems.push({ code, message, hint, span });
  if (source !== undefined && source.index >= stage.index) {
    const name = JSON.stringify(written);
    if (source === stage) refuse('stage-takes-itself', `the stage takes from itself: ${name}`, 'name another stage');
    else refuse('stage-not-built', `the stage ${name} comes later`, 'put it before the one that takes from it');
  } else if (source === undefined && byIndex)
    refuse('no-such-stage', `there is no stage ${written}`, 'stages count from 0; a name is easier to keep right');
  if (by.kind === 'copy' && written.includes('$'))
    refuse('variable-in-from', 'variables are not put into --from', 'name a stage with FROM … AS and use that name');
  const base: StageBase =
    source !== undefined
      ? { kind: 'stage', stage: source.index }
      : written === 'scratch'
        ? { kind: 'scratch' }
        : { kind: 'image', reference: { text: written, uses: [], error: undefined } };
  return { by, written, span, source: base };
}

function markReachable(stages: readonly OpenStage[]): void {
  const last = stages.at(-1);
  const waiting = last === undefined ? [] : [last];
  for (let stage = waiting.pop(); stage !== undefined; stage = waiting.pop()) {
    if (stage.isReachable) continue;
    stage.isReachable = true;
    for (const source of [stage.base, ...stage.takes.map((each) => each.source)])
      if (source.kind === 'stage') waiting.push(stages[source.stage]!);
  }
}
