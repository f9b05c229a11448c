/**
 * A record and a policy to a verdict, and policy texts to policies. Judging is pure: no disk, network, clock or chance;
 * `now` comes in. Never scans, never looks advisories up, never prints. zod, yaml and CEL are loaded only to read policy
 * files and conditions.
 */
export { askedExecutables, mayBreakRules } from './asked-executables.ts';
export { documentKinds, parsePolicy, parseWaivers, withWaivers } from './document.ts';
export { canonicalJson, policyDigest } from './digest.ts';
export { explainRule } from './explain.ts';
export type { RuleExplanation } from './explain.ts';
export { judge, judgeUntil, nextMoment } from './judge.ts';
export type { FindingLists, JudgeContext } from './judge-context.ts';
export { matchesPattern } from './pattern.ts';
export type { BuildTerms, Policy, Scope, Waiver } from './policy.ts';
export { type NamedPackage, packageNames } from './package-names.ts';
export { changedReaches, type KnownImage, touchedImages, type WaiverReach } from './policy-difference.ts';
export { policyText } from './policy-text.ts';
export { preparePolicy } from './prepare.ts';
export type { PreparedPolicy } from './prepare.ts';
export { findPreset, presets } from './presets/list.ts';
export { production as defaultPolicy } from './presets/production.ts';
export { recordFromStub } from './record-stub.ts';
export { rules } from './rules/list.ts';
export { buildTerms, mayMeanImage } from './scopes.ts';
export { policyJsonSchema } from './schema.ts';
export { compareVerdict, judgingStub, parsePolicyTests } from './test-cases.ts';
export type { PolicyCase, PolicyTest } from './test-cases.ts';
export { parseVex } from './vex-document.ts';
export type { VexDocument } from './vex-document.ts';
export { isPackage as isVexPackage } from './vex-purl.ts';
export type { VexProduct, VexStatement } from './vex-statement.ts';
export { vexTargets, type VexTargets } from './vex-targets.ts';
export { isInRange, parseVersionRange } from './version-range.ts';
export type { VersionRange } from './version-range.ts';
export { unusedWaivers } from './waivers.ts';
