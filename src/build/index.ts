/**
 * Building: the engines that do it, the git source that is built, the pipeline that asks for it, the builder that answers for
 * it, and the provenance that says all of it. Starts programs; opens no image and judges nothing.
 */
export { type BuilderIdentity, localBuilder, parseBuilder } from './builder/builder-document.ts';
export type { CiFacts } from './ci/ci-system.ts';
export { ciFacts } from './ci/list.ts';
export type { BuildEngine, BuildRequest, BuiltImage, ReadyEngine, SecretMount } from './engines/engine.ts';
export { type ChosenEngine, findEngine } from './engines/list.ts';
export { parseBuildArguments } from './inputs/build-arguments.ts';
export { type AuditLabels, auditLabels, parseLabels } from './inputs/labels.ts';
export { largestSecretBytes, parseSecret, type SecretSource } from './inputs/secret-mounts.ts';
export type { World } from './programs/run-program.ts';
export {
  type BuildNetwork,
  buildNetworks,
  type BuildParameters,
  type BuildRecord,
  type ImageDependency,
} from './provenance/build-record.ts';
export { readProvenance, type RebuildRecipe } from './provenance/read-provenance.ts';
export { provenancePredicate, provenanceType } from './provenance/write-provenance.ts';
export { exportCommit } from './source/export-commit.ts';
export { fetchCommit } from './source/fetch-commit.ts';
export { type GitSource, gitSource } from './source/git-source.ts';
