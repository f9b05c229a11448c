import type { Kysely } from 'kysely';
import type { BodyPlaces } from './bodies/places.ts';
import type { StorePool } from './connection/pool.ts';
import type { Tables } from './tables/index.ts';

/** The opened store: what the functions of this room work on. */
export interface Store {
  readonly db: Kysely<Tables>;
  readonly pool: StorePool;
  /** Where bodies lie outside of the database. */
  readonly places: BodyPlaces;
  /** `embedded in FOLDER` or the server's host and database; never a password. */
  readonly where: string;
  /** As PostgreSQL says it: 150020 for 15.20. */
  readonly serverVersion: number;
  /** Closes connections; an embedded server that nobody else uses stops. */
  close(): Promise<void>;
}
