/** containerd: what runs in each of its namespaces, by listing over its socket, again and again. Asks, and changes nothing. */
export { containerdInventory } from './containerd.ts';
