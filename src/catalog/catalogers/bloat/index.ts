/**
 * A layer's entries to bloat: trees and tools that an application does not need, added up per place. Looks at names
 * and sizes only; whether something is truly unused is not its to say.
 */
export { bloat } from './bloat.ts';
