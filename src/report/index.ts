/**
 * Records and verdicts become text that people and other tools read: a terminal report, JSON, SARIF, the comparison of
 * two images. Pure: no clock, no terminal, no file; what comes from an image is made visible before it is printed.
 */
export { type BasesOptions, renderBase, renderBaseList } from './bases/render-bases.ts';
export { type HardeningOptions, renderHardening } from './bases/render-hardening.ts';
export { type ImpactOptions, renderImpact } from './bases/render-impact.ts';
export { type ComparisonOptions, renderComparison } from './render-comparison.ts';
export { type BuildInput, renderBuild } from './render-build.ts';
export { renderRebuild } from './render-rebuild.ts';
export { unifiedDiff } from './line-diff.ts';
export { recordText, renderAroundRecord, renderJson } from './render-json.ts';
export { renderTable } from './render-table.ts';
export type { TableInput } from './render-table.ts';
export { renderProvenance } from './render-provenance.ts';
export { renderSarif } from './sarif.ts';
export { renderVerification } from './render-verification.ts';
export { bytesText, counted, shortDigest } from './units.ts';
export { visibleText } from './visible-text.ts';
