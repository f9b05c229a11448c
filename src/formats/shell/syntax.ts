/**
 * The tree of a shell script, in the words of POSIX.1-2024 XCU 2 (Shell Command Language) and, for what only bash has, of
 * its manual. `from` and `to` are offsets into the text that the caller gave, in UTF-16 code units; `to` is exclusive.
 */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Which shell reads the text: `sh` is POSIX as dash takes it, `ash` is BusyBox's, `bash` is bash 5. */
export type ShellDialect = 'sh' | 'ash' | 'bash';

/** A text that the shell would refuse. `expected` says what had to stand at `from`. */
export interface ShellError extends Span {
  readonly code: 'syntax' | 'not-in-dialect' | 'too-deep' | 'too-long';
  readonly message: string;
  readonly expected: string;
}

/** Something that POSIX does not have, wherever it stands; in dialects that have it not it may also be an error. */
export interface ShellExtension extends Span {
  readonly feature: ShellFeature;
}

export type ShellFeature =
  | 'process-substitution'
  | 'ansi-c-quote'
  | 'translated-quote'
  | 'arithmetic-for'
  | 'arithmetic-command'
  | 'old-arithmetic'
  | 'select'
  | 'brace-loop-body'
  | 'function-keyword'
  | 'function-name'
  | 'double-bracket'
  | 'double-bracket-parenthesis'
  | 'here-string'
  | 'redirect-both'
  | 'redirect-to-variable'
  | 'pipe-both'
  | 'case-fallthrough'
  | 'array'
  | 'subscript'
  | 'append-assignment'
  | 'extended-glob'
  | 'coproc'
  | 'parameter-indirection'
  | 'parameter-substring'
  | 'parameter-replacement'
  | 'parameter-case'
  | 'parameter-transformation';

export interface Script extends Span {
  readonly kind: 'script';
  readonly dialect: ShellDialect;
  readonly body: List;
  readonly comments: readonly Comment[];
  /** Bodies of here-documents in the order of their text; they lie outside of the commands that read them. */
  readonly heredocs: readonly Heredoc[];
  readonly errors: readonly ShellError[];
  readonly extensions: readonly ShellExtension[];
}

export interface Comment extends Span {
  readonly kind: 'comment';
}

export interface List extends Span {
  readonly kind: 'list';
  readonly items: readonly ListItem[];
}

export interface ListItem extends Span {
  readonly kind: 'item';
  readonly command: Command;
  /** Ended by `&`: the shell does not wait. */
  readonly background: boolean;
}

export type Command =
  | AndOr
  | Pipeline
  | SimpleCommand
  | Subshell
  | Group
  | If
  | Loop
  | For
  | ArithmeticFor
  | Case
  | FunctionDefinition
  | TestCommand
  | ArithmeticCommand
  | Coproc;

export interface AndOr extends Span {
  readonly kind: 'and-or';
  /** One more than `operators`. */
  readonly commands: readonly Command[];
  readonly operators: readonly Operator<'&&' | '||'>[];
}

export interface Pipeline extends Span {
  readonly kind: 'pipeline';
  readonly negated: boolean;
  readonly timed: boolean;
  readonly commands: readonly Command[];
  readonly operators: readonly Operator<'|' | '|&'>[];
}

export interface Operator<Text extends string> extends Span {
  readonly text: Text;
}

export interface SimpleCommand extends Span {
  readonly kind: 'simple';
  readonly assignments: readonly Assignment[];
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
}

export interface Assignment extends Span {
  readonly kind: 'assignment';
  readonly name: string;
  readonly append: boolean;
  readonly subscript: Word | undefined;
  /** Undefined for nothing after the `=`. */
  readonly value: Word | ArrayValue | undefined;
}

export interface ArrayValue extends Span {
  readonly kind: 'array';
  readonly elements: readonly (Word | Assignment)[];
}

interface Redirectable {
  readonly redirections: readonly Redirection[];
}

export interface Subshell extends Span, Redirectable {
  readonly kind: 'subshell';
  readonly body: List;
}

export interface Group extends Span, Redirectable {
  readonly kind: 'group';
  readonly body: List;
}

export interface If extends Span, Redirectable {
  readonly kind: 'if';
  readonly branches: readonly { readonly condition: List; readonly body: List }[];
  readonly otherwise: List | undefined;
}

export interface Loop extends Span, Redirectable {
  readonly kind: 'while' | 'until';
  readonly condition: List;
  readonly body: List;
}

export interface For extends Span, Redirectable {
  readonly kind: 'for' | 'select';
  readonly variable: string;
  /** Undefined without `in`: the positional parameters. */
  readonly words: readonly Word[] | undefined;
  readonly body: List;
}

export interface ArithmeticFor extends Span, Redirectable {
  readonly kind: 'arithmetic-for';
  readonly expression: Arithmetic;
  readonly body: List;
}

export interface Case extends Span, Redirectable {
  readonly kind: 'case';
  readonly subject: Word;
  readonly items: readonly CaseItem[];
}

export interface CaseItem extends Span {
  readonly kind: 'case-item';
  readonly patterns: readonly Word[];
  readonly body: List;
  readonly end: ';;' | ';&' | ';;&' | undefined;
}

export interface FunctionDefinition extends Span, Redirectable {
  readonly kind: 'function';
  readonly name: string;
  readonly body: Command | undefined;
}

export interface TestCommand extends Span, Redirectable {
  readonly kind: 'test';
  readonly expression: Condition | undefined;
}

export type Condition =
  | (Span & { readonly kind: 'condition-word'; readonly word: Word })
  | (Span & { readonly kind: 'condition-unary'; readonly operator: string; readonly operand: Word })
  | (Span & {
      readonly kind: 'condition-binary';
      readonly operator: string;
      readonly left: Word;
      readonly right: Word;
    })
  | (Span & { readonly kind: 'condition-not' | 'condition-group'; readonly operand: Condition })
  | (Span & { readonly kind: 'condition-and' | 'condition-or'; readonly operands: readonly Condition[] });

export interface ArithmeticCommand extends Span, Redirectable {
  readonly kind: 'arithmetic-command';
  readonly expression: Arithmetic;
}

export interface Coproc extends Span {
  readonly kind: 'coproc';
  readonly name: string | undefined;
  readonly command: Command;
}

export interface Redirection extends Span {
  readonly kind: 'redirection';
  readonly operator: RedirectionOperator;
  /** The number, or the variable of `{name}>`, before the operator. */
  readonly descriptor: number | string | undefined;
  /** The file, the descriptor after `>&`, the here-string, or the delimiter of a here-document. */
  readonly target: Word | undefined;
  readonly heredoc: Heredoc | undefined;
}

export type RedirectionOperator = '<' | '>' | '>>' | '<>' | '>|' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<-' | '<<<';

export interface Heredoc extends Span {
  readonly kind: 'heredoc';
  /** The delimiter was quoted: nothing is expanded. */
  readonly quoted: boolean;
  readonly parts: readonly WordPart[];
}

export interface Word extends Span {
  readonly kind: 'word';
  readonly parts: readonly WordPart[];
}

export type WordPart =
  | Literal
  | Quoted
  | DoubleQuoted
  | Parameter
  | CommandSubstitution
  | ProcessSubstitution
  | Arithmetic
  | Glob
  | Tilde
  | ArrayValue;

/** Text that is not quoted but by backslashes, which `value` has no more. Braces are text. */
export interface Literal extends Span {
  readonly kind: 'literal';
  readonly value: string;
}

/** `'…'`, or `$'…'` with its escapes resolved. */
export interface Quoted extends Span {
  readonly kind: 'single' | 'ansi-c';
  readonly value: string;
}

export interface DoubleQuoted extends Span {
  readonly kind: 'double';
  /** `$"…"`. */
  readonly translated: boolean;
  readonly parts: readonly WordPart[];
}

export interface Parameter extends Span {
  readonly kind: 'parameter';
  readonly name: string;
  readonly braced: boolean;
  /** `#` for the length, `!` for indirection. */
  readonly prefix: '#' | '!' | undefined;
  readonly subscript: Word | undefined;
  /** `:-`, `%%`, `//`, `:` and so on, undefined without one. */
  readonly operator: string | undefined;
  readonly argument: Word | undefined;
}

export interface CommandSubstitution extends Span {
  readonly kind: 'command-substitution';
  readonly backticks: boolean;
  readonly body: List;
}

export interface ProcessSubstitution extends Span {
  readonly kind: 'process-substitution';
  readonly direction: '<' | '>';
  readonly body: List;
}

/** `$((…))`, `$[…]`, and what stands in `((…))`: text with what is expanded in it. */
export interface Arithmetic extends Span {
  readonly kind: 'arithmetic';
  readonly parts: readonly WordPart[];
}

/** `*`, `?`, `[…]`, or an extended one such as `@(a|b)`, as it is written. */
export interface Glob extends Span {
  readonly kind: 'glob';
  readonly value: string;
  /** What is expanded inside of an extended one. */
  readonly parts: readonly WordPart[];
}

export interface Tilde extends Span {
  readonly kind: 'tilde';
  /** Empty for the own home. */
  readonly user: string;
}

export type ShellNode =
  | Script
  | Comment
  | List
  | ListItem
  | Command
  | CaseItem
  | Condition
  | Assignment
  | Redirection
  | Heredoc
  | Word
  | WordPart;
