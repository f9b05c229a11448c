/**
 * A reference to a registry becomes an opened image over the distribution API. Credentials go to the registry that they
 * are for and its token service, never to where a redirect leads.
 */
export { registrySource } from './registry.ts';
