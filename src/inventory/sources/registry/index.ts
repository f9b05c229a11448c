/**
 * Registries: repositories and their tags by catalogue and listing, now and then, at a polite pace; what is pushed and pulled by
 * the notifications that a registry sends. Reads no image.
 */
export { parseNotifications, type RegistryEvent } from './notifications.ts';
export { readAddress as registryPlace } from './registry-address.ts';
export { registryInventory } from './registry.ts';
