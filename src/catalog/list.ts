import type { Cataloger } from './cataloger.ts';

/** Every cataloger, in the order in which a file is offered to them. */
export const catalogers: readonly Cataloger[] = [];
