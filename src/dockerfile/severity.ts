/** hadolint's severities, which users of linters know; the gravest first. */
export const lintSeverities = ['error', 'warning', 'info', 'style'] as const;
export type LintSeverity = (typeof lintSeverities)[number];
