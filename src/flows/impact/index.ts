/**
 * Whom a vulnerability, a package, a digest or a base reaches, from the records that were kept: nothing is scanned and
 * nobody is asked.
 */
export { findChildren, findImpact, type ImpactQuestion } from './find-impact.ts';
