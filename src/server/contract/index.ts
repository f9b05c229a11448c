/**
 * The HTTP contract: the schemas that requests are checked by, the OpenAPI document is made of and the dashboard is typed by.
 * Types and schemas only: it does nothing.
 */
export * from './bases.ts';
export * from './events.ts';
export * from './images.ts';
export * from './inventory.ts';
export * from './ledger.ts';
export * from './notify.ts';
export * from './people.ts';
export * from './permissions.ts';
export * from './policies.ts';
export * from './route.ts';
export * from './routes.ts';
export * from './scans.ts';
export * from './shared.ts';
export * from './trust.ts';
export * from './vex.ts';
export * from './time-to-fix.ts';
