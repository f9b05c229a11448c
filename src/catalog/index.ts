/**
 * Files to contents: packages, executables, accounts, certificates, secrets, exposures, bloat. Every cataloger is a
 * folder here and a line in list.ts. Nothing in this stage opens a file or knows of layers.
 */
export * from './cataloger.ts';
export { type Found, type LayerCatalog, LayerCataloging } from './layer-catalog.ts';
export { catalogers } from './list.ts';
export { preferOperatingSystem } from './catalogers/os-release/index.ts';
export { redactText, secretsInConfiguration, type SecretBearingConfiguration } from './configuration-secrets.ts';
