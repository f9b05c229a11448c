import type { InventorySource, SourceKind } from '../source.ts';
import { dockerInventory } from './docker/index.ts';
import { kubernetesInventory } from './kubernetes/index.ts';
import { registryInventory } from './registry/index.ts';

/** Every kind of place that is asked. */
export const inventorySources: Readonly<Partial<Record<SourceKind, InventorySource>>> = {
  docker: dockerInventory,
  kubernetes: kubernetesInventory,
  registry: registryInventory,
};
