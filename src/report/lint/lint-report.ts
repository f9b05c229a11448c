/** What linting gave, as reports take it. Severities from the gravest: error, warning, info, style. */
export interface LintReport {
  readonly engine: string;
  readonly files: readonly LintedFile[];
  readonly rules: readonly LintedRule[];
  /** From which severity on a finding fails; `none`: none does. */
  readonly threshold: ReportSeverity | 'none';
}

export type ReportSeverity = 'error' | 'warning' | 'info' | 'style';

export interface LintedFile {
  readonly path: string;
  readonly text: string;
  readonly findings: readonly ReportFinding[];
  readonly ignored: readonly (ReportFinding & { readonly ignoredBy: string })[];
  readonly rulesAsked: number;
  /** Ranges of the text that no report may show. */
  readonly concealed: readonly TextRange[];
}

export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** Lines and columns count from 1; columns are UTF-16 code units. */
interface Place {
  readonly line: number;
  readonly column: number;
}

export interface ReportFinding {
  readonly rule: string;
  readonly aliases: readonly string[];
  readonly category: string;
  readonly severity: ReportSeverity;
  readonly message: string;
  readonly advice: string;
  readonly span: TextRange;
  readonly start: Place;
  readonly end: Place;
  readonly fix?: {
    readonly title: string;
    readonly edits: readonly { readonly span: TextRange; readonly text: string }[];
    readonly isSafe: boolean;
    readonly effect: 'unchanged' | 'configuration' | 'contents';
    readonly note?: string;
  };
}

export interface LintedRule {
  readonly name: string;
  readonly summary: string;
  readonly explanation: string;
  readonly category: string;
  readonly severity: ReportSeverity;
  readonly aliases: readonly string[];
}

const severities: readonly ReportSeverity[] = ['error', 'warning', 'info', 'style'];

/** Whether a finding of that severity fails. */
export function fails({ threshold }: Pick<LintReport, 'threshold'>, severity: ReportSeverity): boolean {
  return threshold !== 'none' && severities.indexOf(severity) <= severities.indexOf(threshold);
}

/** How many findings there are of each severity, from the gravest. */
export function countBySeverity(files: readonly LintedFile[]): readonly (readonly [ReportSeverity, number])[] {
  const findings = files.flatMap((file) => file.findings);
  return severities.map((severity) => [severity, findings.filter((each) => each.severity === severity).length]);
}

/** The text with what must not be shown starred out, character for character, line ends kept. */
export function shownText({ text, concealed }: LintedFile): string {
  let shown = text;
  for (const { start, end } of concealed)
    shown = shown.slice(0, start) + shown.slice(start, end).replace(/[^\r\n]/g, '*') + shown.slice(end);
  return shown;
}

/** The mend of a finding, if it can be shown: not where it would write a secret anew. */
export function shownFix({ fix }: ReportFinding, { text, concealed }: LintedFile): ReportFinding['fix'] {
  if (fix === undefined) return undefined;
  const secrets = concealed
    .map(({ start, end }) => text.slice(start, end).replace(/^(["'])(.*)\1$/s, '$2'))
    .filter((secret) => secret.length >= 3);
  return fix.edits.some((edit) => secrets.some((secret) => edit.text.includes(secret))) ? undefined : fix;
}
