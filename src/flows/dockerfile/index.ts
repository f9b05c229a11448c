/**
 * Dockerfiles: finds them, reads them with what lies beside them (build context, .dockerignore, hadolint's configuration), and
 * lints them.
 */
export { type LintedDockerfile, lintFiles, type LintFilesOptions } from './lint-files.ts';
export { type LintPlan, type LintRequest, planLint } from './lint-settings.ts';
