/** What kinds that build with Node have in common: the package manager, the build stage, what starts. */
export { buildSteps, isNodeManifest, nodeNotes, nodeRelease, nodeSecrets } from './build-stage.ts';
export { packageManager } from './package-manager.ts';
export { hasDependency, serverOf, startOf } from './start.ts';
