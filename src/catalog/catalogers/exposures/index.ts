/**
 * A layer's entries to exposures: what their modes and names alone open to others. Reads no file; what a file holds is
 * for other catalogers.
 */
export { exposures } from './exposures.ts';
