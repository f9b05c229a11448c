/**
 * Dockerfile text to a syntax tree with positions, to a graph of stages, to findings with mends. Pure: opens nothing, builds
 * nothing; what a build context, a catalogue of bases or a scanner of secrets knows comes in as facts.
 */
export { parseHadolintConfig, parseThreshold } from './hadolint-config.ts';
export type { FailureThreshold, HadolintConfig } from './hadolint-config.ts';
export { applyEdits } from './edits.ts';
export { type ImageName, parseImageName } from './image-name.ts';
export { lintDockerfile } from './lint.ts';
export type { LintOptions } from './lint.ts';
export { type MadeMend, mend, type MendedText, type MendOptions } from './mend.ts';
export { parseDockerfile } from './parse.ts';
export { LineIndex } from './position.ts';
export { sliceLogical, sourceOffset, sourceSpan } from './logical-text.ts';
export { stageGraph } from './stages.ts';
export { everyRule } from './every-rule.ts';
export { type LintSeverity, lintSeverities } from './severity.ts';
export { defaultSettings, labelFormats } from './settings.ts';
export { chainOf, instructionsOf, lastOf, outermostBase } from './walk.ts';
export { expandWord } from './variables/expansion.ts';
export type * from './syntax.ts';
export type * from './stages.ts';
export type * from './variables/expansion.ts';
export type * from './facts.ts';
export type * from './settings.ts';
export type {
  Draft,
  DockerfileRule,
  Edit,
  Fix,
  LintFinding,
  LintResult,
  RuleCategory,
  RuleContext,
  ShellInUse,
} from './rule.ts';
