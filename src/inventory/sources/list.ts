import type { InventorySource, SourceKind } from '../source.ts';
import { containerdInventory } from './containerd/index.ts';
import { dockerInventory } from './docker/index.ts';
import { kubernetesInventory } from './kubernetes/index.ts';
import { registryInventory } from './registry/index.ts';

/** Every kind of place that is asked. */
export const inventorySources: Readonly<Record<SourceKind, InventorySource>> = {
  docker: dockerInventory,
  kubernetes: kubernetesInventory,
  containerd: containerdInventory,
  registry: registryInventory,
};
