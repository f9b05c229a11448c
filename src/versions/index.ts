/** Two versions become an order, one file per scheme. Pure; never throws, whatever the text. */
export { schemeNamed, schemes } from './list.ts';
export type { VersionScheme } from './version-scheme.ts';
