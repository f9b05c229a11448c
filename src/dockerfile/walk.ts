import type { Stage, StageGraph } from './stages.ts';
import type { Dockerfile, Instruction, InstructionKind, InstructionOf } from './syntax.ts';

/** Every instruction in order, what ONBUILD triggers included. */
export function* withTriggers(instructions: readonly Instruction[]): Generator<Instruction> {
  for (const instruction of instructions) {
    yield instruction;
    if (instruction.kind === 'onbuild') yield instruction.trigger;
  }
}

/** Instructions of some kinds in order, those that ONBUILD triggers included. */
export function instructionsOf<Kind extends InstructionKind>(
  { instructions }: Pick<Dockerfile, 'instructions'>,
  ...kinds: readonly Kind[]
): readonly InstructionOf<Kind>[] {
  const wanted: ReadonlySet<string> = new Set(kinds);
  const found: InstructionOf<Kind>[] = [];
  for (const instruction of withTriggers(instructions))
    if (wanted.has(instruction.kind)) found.push(instruction as InstructionOf<Kind>);
  return found;
}

/** A stage and the stages that it is built on, from the top down. */
export function* chainOf(graph: StageGraph, stage: Stage | undefined): Generator<Stage> {
  for (let at = stage; at !== undefined; at = at.base.kind === 'stage' ? graph.stages[at.base.stage] : undefined)
    yield at;
}

/** The instruction of that kind that decides what the target's configuration says: the last one in its chain. */
export function lastOf<Kind extends InstructionKind>(graph: StageGraph, kind: Kind): InstructionOf<Kind> | undefined {
  for (const stage of chainOf(graph, graph.target)) {
    const found = stage.instructions.findLast((instruction) => instruction.kind === kind);
    if (found !== undefined) return found as InstructionOf<Kind>;
  }
  return undefined;
}

/** The image outside on which the target stands in the end; undefined for scratch, and without FROM. */
export function outermostBase(graph: StageGraph): Stage | undefined {
  let outermost: Stage | undefined;
  for (const stage of chainOf(graph, graph.target)) outermost = stage;
  return outermost?.base.kind === 'image' ? outermost : undefined;
}
