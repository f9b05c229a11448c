/**
 * Docker engines: all containers by list and inspection, then what the engine tells in its stream of events. Asks, and changes
 * nothing.
 */
export { dockerInventory } from './docker.ts';
