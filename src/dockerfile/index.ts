/**
 * Dockerfile text to a syntax tree with positions, to a graph of stages, to findings with mends. Pure: opens nothing, builds
 * nothing; what a build context, a catalogue of bases or a scanner of secrets knows comes in as facts.
 *
 * Functions that this file exports, or will within the same branch:
 *   parseDockerfile(text: string): Dockerfile                          never throws, whatever the text
 *   positionAt(text: string, offset: number): Position
 *   sourceSpan(text: LogicalText, from: number, to: number): Span      where a part of joined text stands in the source
 *   stageGraph(file: Dockerfile): StageGraph
 *   expandWord(word: string, scope: Scope): Expansion; scopeBefore(instruction) of a StageGraph's stages
 *   lintDockerfile(file: Dockerfile, { settings, facts, rules? }): readonly LintFinding[]
 *   applyEdits(text: string, edits: readonly Edit[]): string
 *   dockerfileRules: readonly DockerfileRule[]
 */
export type * from './syntax.ts';
export type * from './stages.ts';
export type * from './expansion.ts';
export type * from './facts.ts';
export type * from './settings.ts';
export type { Draft, DockerfileRule, Edit, Fix, LintFinding, LintSeverity, RuleContext, RuleCategory, ShellInUse } from './rule.ts';

