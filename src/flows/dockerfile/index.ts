/**
 * Dockerfiles: finds them, reads them with what lies beside them (build context, .dockerignore, hadolint's configuration), lints them,
 * and mends them.
 */
export { maliciousFact } from './malicious-fact.ts';
export { basesFact } from './bases-fact.ts';
export { type FixedDockerfile, fixFiles, type FixFilesOptions, type MendAnswer, type MendOffer } from './fix-files.ts';
export { type LintedDockerfile, lintFiles, type LintFilesOptions } from './lint-files.ts';
export { type LintPlan, type LintRequest, planLint } from './lint-settings.ts';
