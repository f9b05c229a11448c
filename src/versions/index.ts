/** Version order, one file per scheme. Pure; never throws. */
export type { VersionScheme } from './version-scheme.ts';
