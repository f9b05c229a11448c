/**
 * Engines, clusters and registries become what runs there and what there is, as it changes. Reads lists and events only: never a
 * container's files, and nothing is changed anywhere. Text of configurations comes out without its secrets.
 */
export { inventorySources } from './sources/list.ts';
export { parseNotifications, type RegistryEvent, registryPlace } from './sources/registry/index.ts';
export { type AuditedDeed, parseAudit } from './sources/kubernetes/index.ts';
export type {
  ContainerConfiguration,
  Deed,
  DeedAction,
  Ending,
  HostFacts,
  InventorySource,
  Observation,
  Sighting,
  SourceKind,
  SourceSettings,
  WatchContext,
  Who,
} from './source.ts';
