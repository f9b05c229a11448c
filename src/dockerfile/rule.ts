import type { FixOf } from './fix.ts';
import type { Dockerfile, Instruction, Span } from './syntax.ts';
import type { Stage, StageGraph } from './stages.ts';
import type { LintFacts } from './facts.ts';
import type { LintSettings } from './settings.ts';
import type { LintSeverity } from './severity.ts';

export type RuleCategory = 'syntax' | 'security' | 'supply-chain' | 'correctness' | 'size' | 'audit' | 'style';

/**
 * One question asked of a Dockerfile. Pure: what it finds follows from the file, the settings and the facts. A rule that
 * lacks a fact says nothing.
 */
export interface DockerfileRule {
  readonly name: string;
  /** One sentence: what must hold. */
  readonly summary: string;
  /** A few sentences for people who met it: why, what counts, how to mend. */
  readonly explanation: string;
  readonly category: RuleCategory;
  readonly severity: LintSeverity;
  /** The rules of hadolint (DL, SC) and BuildKit that it covers: ignores that name these work too. */
  readonly aliases: readonly string[];
  /** Only asked when settings name it, since most teams would not want it. */
  readonly isOptIn?: boolean;
  check(file: Dockerfile, context: RuleContext): readonly Draft[];
}

/** What a rule may know beside the file. */
export interface RuleContext {
  readonly graph: StageGraph;
  readonly settings: LintSettings;
  readonly facts: LintFacts;
  /** The shell that runs an instruction's shell form: `SHELL` before it, or the `shell` of settings, or the builder's own. */
  shellOf(instruction: Instruction): ShellInUse;
  /** The stage that an instruction stands in; undefined before the first `FROM`. */
  stageOf(instruction: Instruction): Stage | undefined;
}

export interface ShellInUse {
  readonly dialect: 'sh' | 'bash' | 'dash' | 'ksh' | 'zsh' | 'powershell' | 'cmd' | 'other';
  /** `["/bin/sh", "-c"]` unless `SHELL` says otherwise. */
  readonly words: readonly string[];
  readonly isDeclared: boolean;
}

/** What a rule found, before the engine adds the rule's name and severity, and takes away what is ignored. */
export interface Draft {
  readonly span: Span;
  /** What is wrong, with the names and values of this file; one sentence without a full stop. */
  readonly message: string;
  /** What to do: one sentence or what to write instead. */
  readonly advice: string;
  /** Where it differs from the rule's. */
  readonly severity?: LintSeverity;
  readonly fix?: Fix;
  /** Those of the rule's aliases that would find this too, where not all would. */
  readonly aliases?: readonly string[];
  /** A part of the source that no report may show: the value of a secret. */
  readonly conceal?: Span;
}

/** Edits of the Dockerfile that mend a finding. */
export type Fix = FixOf<Edit>;

/** Puts a text in place of a range of the source. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

/** A finding as reports show it. */
export interface LintFinding {
  readonly rule: string;
  readonly aliases: readonly string[];
  readonly category: RuleCategory;
  readonly severity: LintSeverity;
  readonly message: string;
  readonly advice: string;
  readonly span: Span;
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
  readonly fix?: Fix;
}

/** What a file was found to be. */
export interface LintResult {
  /** In the order of the text. */
  readonly findings: readonly LintFinding[];
  /** What comments or settings leave out, and why: `# hadolint ignore in line 4`, `settings`. */
  readonly ignored: readonly (LintFinding & { readonly ignoredBy: string })[];
  /** How many rules were asked. */
  readonly rulesAsked: number;
  /** Parts of the source that no report may show. */
  readonly concealed: readonly Span[];
}
