/**
 * The typed syntax tree of a Dockerfile. Offsets count UTF-16 code units of `Dockerfile.text`, so `text.slice(start, end)`
 * is what was written and an edit can replace exactly one argument. Nothing of the text is lost or changed by reading it.
 */

/** A half-open range of offsets into the source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place for people: both count from 1; columns are UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * Text as the builder sees it, continuation lines joined and comments between them taken out, and where each piece of it
 * stands in the source: the character at `pieces[i].at` is the one at `pieces[i].source`, and so on until the next piece.
 */
export interface LogicalText {
  readonly text: string;
  readonly pieces: readonly { readonly at: number; readonly source: number }[];
  readonly span: Span;
}

/** One argument: `text` with quotes, escapes and variables as they were written, without line continuations. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** `--name` or `--name=value` behind the keyword. Value and text are without quotes and escapes, as the builder takes them. */
export interface Flag {
  readonly name: string;
  readonly value: string | undefined;
  readonly text: string;
  readonly span: Span;
  /** Of the value alone, quotes included; empty behind the name where there is no `=`. */
  readonly valueSpan: Span;
}

/** `<<NAME`, `<<-NAME`, `<<"NAME"`: a file written into the Dockerfile. */
export interface Heredoc {
  readonly name: string;
  /** Whether variables in it are expanded: the name has no quotes. */
  readonly expands: boolean;
  /** `<<-`: tabs at the beginning of its lines don't count. */
  readonly stripsTabs: boolean;
  readonly fileDescriptor: number;
  /** As written, tabs included, up to the terminator's line. */
  readonly content: string;
  readonly contentSpan: Span;
  /** Of `<<NAME` in the instruction. */
  readonly span: Span;
}

/** `["a", "b"]`: a string of a JSON array, decoded; its span has the quotes. */
export interface JsonWord {
  readonly value: string;
  readonly span: Span;
}

/** Words for a shell: a line, or here-documents that are its script or its input. */
export interface ShellForm {
  readonly form: 'shell';
  readonly command: LogicalText;
  readonly heredocs: readonly Heredoc[];
}

/** A program and its arguments, which no shell touches. */
export interface ExecForm {
  readonly form: 'exec';
  readonly words: readonly JsonWord[];
  readonly span: Span;
}

export type CommandLine = ShellForm | ExecForm;

export interface Comment {
  /** Behind `#`, trimmed. */
  readonly text: string;
  /** From `#` to the end of the line. */
  readonly span: Span;
  /** Stands between the lines of an instruction. */
  readonly insideInstruction: boolean;
}

/** `# syntax=`, `# escape=`, `# check=` at the top of the file. */
export interface Directive {
  readonly name: 'syntax' | 'escape' | 'check';
  readonly value: string;
  readonly valueSpan: Span;
  readonly span: Span;
}

/** What every instruction has. */
export interface InstructionBase {
  readonly keyword: Word;
  readonly flags: readonly Flag[];
  /** All behind keyword and flags. */
  readonly args: LogicalText;
  /** From the keyword to the last argument; without here-documents. */
  readonly span: Span;
  /** From the first character of its first line to behind the newline of its last, here-documents included. */
  readonly lines: Span;
  /** The comment lines that stand directly above it, as BuildKit takes them for a description. */
  readonly comments: readonly Comment[];
  readonly heredocs: readonly Heredoc[];
  /** Where a line between its lines is empty. */
  readonly emptyLines: readonly Span[];
}

export interface FromInstruction extends InstructionBase {
  readonly kind: 'from';
  /** The image or stage as written, variables not expanded. */
  readonly image: Word;
  readonly as: { readonly keyword: Word; readonly name: Word } | undefined;
  readonly platform: Flag | undefined;
}

export interface RunInstruction extends InstructionBase {
  readonly kind: 'run';
  readonly command: CommandLine;
  readonly mounts: readonly RunMount[];
  readonly network: Flag | undefined;
  readonly security: Flag | undefined;
}

/** One `--mount=type=…,…`; values are not expanded. */
export interface RunMount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  readonly id: string | undefined;
  readonly target: string | undefined;
  readonly source: string | undefined;
  readonly from: string | undefined;
  readonly env: string | undefined;
  readonly sharing: string | undefined;
  readonly size: string | undefined;
  readonly mode: string | undefined;
  readonly uid: string | undefined;
  readonly gid: string | undefined;
  readonly required: boolean;
  readonly readOnly: boolean;
  readonly flag: Flag;
}

/** `CMD` and `ENTRYPOINT`. */
export interface ProgramInstruction extends InstructionBase {
  readonly kind: 'cmd' | 'entrypoint';
  readonly command: CommandLine;
}

export interface ShellInstruction extends InstructionBase {
  readonly kind: 'shell';
  readonly words: readonly JsonWord[];
}

export interface CopyInstruction extends InstructionBase {
  readonly kind: 'copy' | 'add';
  readonly isJson: boolean;
  readonly sources: readonly CopySource[];
  readonly destination: Word;
  /** `COPY` only. */
  readonly from: Flag | undefined;
  readonly chown: Flag | undefined;
  readonly chmod: Flag | undefined;
  readonly link: boolean;
  /** `COPY` only. */
  readonly parents: boolean;
  readonly exclude: readonly Flag[];
  /** `ADD` only, as are the next two. */
  readonly checksum: Flag | undefined;
  readonly keepGitDir: boolean | undefined;
  readonly unpack: boolean | undefined;
}

/** A path, address or pattern; or a here-document. In the JSON form the text is decoded. */
export interface CopySource extends Word {
  readonly heredoc: Heredoc | undefined;
}

export interface PairsInstruction extends InstructionBase {
  readonly kind: 'env' | 'label';
  readonly pairs: readonly Pair[];
  /** The old form with a blank: one name, the rest is its value. */
  readonly isLegacy: boolean;
}

/** `name=value` as written: quotes and variables are still there. */
export interface Pair {
  readonly name: Word;
  readonly value: Word;
  readonly span: Span;
}

export interface ArgInstruction extends InstructionBase {
  readonly kind: 'arg';
  readonly variables: readonly Argument[];
}

export interface Argument {
  readonly name: Word;
  /** Absent without `=`. */
  readonly value: Word | undefined;
  readonly span: Span;
}

export interface ExposeInstruction extends InstructionBase {
  readonly kind: 'expose';
  readonly ports: readonly Word[];
}

export interface VolumeInstruction extends InstructionBase {
  readonly kind: 'volume';
  readonly isJson: boolean;
  readonly paths: readonly Word[];
}

/** Those that take the rest of the line as one text. */
export interface TextInstruction extends InstructionBase {
  readonly kind: 'workdir' | 'user' | 'stopsignal' | 'maintainer';
  readonly value: Word;
}

export interface HealthcheckInstruction extends InstructionBase {
  readonly kind: 'healthcheck';
  readonly check: 'none' | 'cmd';
  /** `NONE` or `CMD` as written. */
  readonly type: Word;
  readonly command: CommandLine | undefined;
  readonly interval: Flag | undefined;
  readonly timeout: Flag | undefined;
  readonly startPeriod: Flag | undefined;
  readonly startInterval: Flag | undefined;
  readonly retries: Flag | undefined;
}

export interface OnbuildInstruction extends InstructionBase {
  readonly kind: 'onbuild';
  readonly trigger: Instruction;
}

/** What no builder would take; `Dockerfile.problems` says why. */
export interface InvalidInstruction extends InstructionBase {
  readonly kind: 'invalid';
}

export type Instruction =
  | FromInstruction
  | RunInstruction
  | ProgramInstruction
  | ShellInstruction
  | CopyInstruction
  | PairsInstruction
  | ArgInstruction
  | ExposeInstruction
  | VolumeInstruction
  | TextInstruction
  | HealthcheckInstruction
  | OnbuildInstruction
  | InvalidInstruction;

export type InstructionKind = Instruction['kind'];

/** The instructions that are of one of those kinds. */
export type InstructionOf<Kind extends InstructionKind> = Having<Instruction, Kind>;

type Having<Each, Kind> = Each extends { readonly kind: infer Own }
  ? [Extract<Kind, Own>] extends [never]
    ? never
    : Each
  : never;

/** Why a builder would refuse the file, and where. */
export interface SyntaxProblem {
  /** Stable, kebab-case. */
  readonly code: string;
  /** One sentence without a full stop. */
  readonly message: string;
  readonly hint: string | undefined;
  readonly span: Span;
}

/** A Dockerfile as read: everything that is right in it, and what is wrong. */
export interface Dockerfile {
  readonly text: string;
  readonly directives: readonly Directive[];
  readonly escape: '\\' | '`';
  readonly comments: readonly Comment[];
  readonly instructions: readonly Instruction[];
  /** In the order of the text; empty where a builder would read the file. */
  readonly problems: readonly SyntaxProblem[];
}
