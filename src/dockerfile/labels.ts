import type { Stage, StageGraph } from './stages.ts';
import type { Pair } from './syntax.ts';
import { expandWord, type VariableUse } from './variables/expansion.ts';
import { chainOf } from './walk.ts';

/** A label as a stage sets it. */
export interface StageLabel {
  readonly key: string;
  /** Undefined where it depends on the builder or the base. */
  readonly value: string | undefined;
  readonly uses: readonly VariableUse[];
  readonly pair: Pair;
}

/** The labels that a stage sets itself. */
export function labelsOf(graph: StageGraph, { instructions }: Stage): readonly StageLabel[] {
  return instructions.flatMap((instruction) => {
    if (instruction.kind !== 'label') return [];
    const scope = graph.scopeOf(instruction);
    return instruction.pairs.map((pair) => {
      const { text, uses } = expandWord(pair.value.text, scope);
      return { key: expandWord(pair.name.text, scope).text ?? pair.name.text, value: text, uses, pair };
    });
  });
}

/** The labels of what a build makes, those of the stages below included. */
export function labelsOfTarget(graph: StageGraph): readonly StageLabel[] {
  return [...chainOf(graph, graph.target)].flatMap((stage) => labelsOf(graph, stage));
}
