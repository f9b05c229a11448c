/**
 * The nouns that every stage shares: image, layer, package, finding, problem, record, verdict. Types and the few
 * functions that belong to them; imports nothing.
 */
export * from './base.ts';
export * from './byte-source.ts';
export * from './coded-error.ts';
export * from './comparison.ts';
export * from './contents.ts';
export * from './digest.ts';
export * from './file-visitor.ts';
export * from './finding.ts';
export * from './hardening.ts';
export * from './image-path.ts';
export * from './impact.ts';
export * from './problem.ts';
export * from './record.ts';
export * from './severity.ts';
export * from './trust-evidence.ts';
export * from './verdict.ts';
export * from './verification.ts';
