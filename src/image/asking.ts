/**
 * How Docker engines and registries are asked for other things than images, by the inventory. Beside index.ts, which every scan
 * loads.
 */
export { askEngine, type EngineAnswer, readAnswer } from './sources/docker/engine.ts';
export { type EngineAddress, engineAt, findEngine } from './sources/docker/engine-address.ts';
export { headManifest, type ListedTags, listRepositories, listTags } from './sources/registry/catalogue.ts';
export { openRegistryClient, type RegistryClient } from './sources/registry/client.ts';
export { type Http, type HttpAnswer, openHttp, readBody, TransferError } from './sources/registry/http.ts';
export type { SourceOptions } from './sources/source.ts';
