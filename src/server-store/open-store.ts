import { Kysely, PostgresDialect, type PostgresPool } from 'kysely';
import type pg from 'pg';
import { CodedError } from '../model/index.ts';
import { refuseUnfinished } from './backup/unfinished.ts';
import { BodyPlaces } from './bodies/places.ts';
import { storeError } from './connection/errors.ts';
import { driverQuery } from './connection/kept-plans.ts';
import { StorePool } from './connection/pool.ts';
import { EmbeddedCluster } from './embedded/cluster.ts';
import { hasCluster } from './embedded/folder.ts';
import { lowerPriority } from './embedded/priority.ts';
import { hasTables, migrate } from './migrations/migrate.ts';
import type { Store } from './store.ts';
import type { Tables } from './tables/index.ts';

export type StoreOptions = {
  /** The organisation's PostgreSQL: `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. It goes before a folder. */
  readonly databaseUrl?: string;
  /** The folder of an embedded one. */
  readonly folder?: string;
  /** Only one that is there already is opened: who asks for what is kept would take a new and empty one for it. Default: no. */
  readonly mustExist?: boolean;
  /** Most connections of this process. Default 10. */
  readonly connections?: number;
  /** How long a server that has gone is waited for before a request fails. Default 15 s. */
  readonly patienceMs?: number;
  /** What it asks may wait for what others ask: on the embedded server its backends have a lower priority. */
  readonly isBackground?: boolean;
  /** Told of each query that is over, with its text and how long it took. */
  readonly onQuery?: ((text: string, tookMs: number, error?: string) => void) | undefined;
  /** Where new bodies go, as `s3://…` or `oci://…` (docs/howto/store.md). Default: the database. What is kept is read from where it lies. */
  readonly bodies?: string | undefined;
  /** Credentials and proxies for places outside of the database. Default: the process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

const oldestVersion = 140_000;

/**
 * Opens the store: starts the embedded PostgreSQL where no other is named, brings the tables up to date. Any number of processes
 * may do so at once.
 * @throws CodedError `store-…`
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const mustExist = options.mustExist === true;
  if (mustExist) refuseNewFolder(options);
  const store = await connectStore(options);
  try {
    await store.pool.use(refuseUnfinished);
    if (mustExist) await refuseNewDatabase(store);
    await migrate(store.pool);
    return store;
  } catch (error) {
    await store.close();
    throw storeError(error);
  }
}

/** The same, but with the tables as they are, or none. */
export async function connectStore(options: StoreOptions): Promise<Store> {
  const { config, cluster, where } = target(options);
  await cluster?.ensureRunning();
  const pool = new StorePool({
    config: { ...config, application_name: 'plimsoll', max: options.connections ?? 10 },
    ...(cluster === undefined ? {} : { revive: () => cluster.ensureRunning() }),
    // Of another server the numbers are those of another machine, or of processes that are not ours.
    ...(cluster === undefined || options.isBackground !== true ? {} : { onBackend: lowerPriority }),
    ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
  });
  const { onQuery } = options;
  const db = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: forKysely(pool) }),
    ...(onQuery === undefined
      ? {}
      : {
          log: ({ level, query, queryDurationMillis, ...rest }) =>
            onQuery(
              query.sql,
              queryDurationMillis,
              level === 'error' ? String((rest as { error?: unknown }).error) : undefined,
            ),
        }),
  });
  const places = new BodyPlaces({ setting: options.bodies, env: options.env ?? process.env });
  const close = async (): Promise<void> => {
    places.close();
    await db.destroy();
    await pool.end();
    await cluster?.release();
  };
  try {
    await places.address();
    const serverVersion = await checkServer(pool, where);
    return { db, pool, places, where, serverVersion, close };
  } catch (error) {
    await close();
    throw storeError(error);
  }
}

function target({ databaseUrl, folder }: StoreOptions): {
  readonly config: pg.PoolConfig;
  readonly cluster?: EmbeddedCluster;
  readonly where: string;
} {
  if (databaseUrl !== undefined) return { config: { connectionString: databaseUrl }, where: nameOf(databaseUrl) };
  if (folder === undefined) throw new Error('neither a folder nor a database is named');
  const cluster = new EmbeddedCluster(folder);
  return { config: { ...cluster.address }, cluster, where: `embedded in ${folder}` };
}

function refuseNewFolder({ databaseUrl, folder }: StoreOptions): void {
  if (databaseUrl === undefined && folder !== undefined && !hasCluster(folder))
    throw missing(`there is no store in ${folder}`);
}

async function refuseNewDatabase({ pool, where }: Store): Promise<void> {
  if (!(await hasTables(pool))) throw missing(`there is no store yet: ${where} is empty`);
}

function missing(message: string): CodedError {
  return new CodedError('store-missing', message, {
    kind: 'usage',
    hint: '--data names the folder of a server’s data, PLIMSOLL_DATABASE_URL a PostgreSQL of yours; plimsoll serve makes a new store',
  });
}

function nameOf(databaseUrl: string): string {
  let url: URL;
  try {
    url = new URL(databaseUrl);
    if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw new Error('of another kind');
  } catch {
    // The text itself may hold a password.
    throw new CodedError(
      'store-address-invalid',
      'the address of the database is not of the form that PostgreSQL has',
      {
        kind: 'usage',
        hint: 'PLIMSOLL_DATABASE_URL is postgres://USER:PASSWORD@HOST:PORT/DATABASE',
      },
    );
  }
  return `${url.host || url.searchParams.get('host') || 'localhost'}${url.pathname}`;
}

async function checkServer(pool: StorePool, where: string): Promise<number> {
  const version = await pool.use(async (client) => {
    const { rows } = await client.query<{ version: string; encoding: string }>(
      `SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding`,
    );
    if (rows[0]!.encoding !== 'UTF8')
      throw new CodedError(
        'store-unsuitable',
        `the database at ${where} keeps text as ${rows[0]!.encoding}, not UTF8`,
        {
          hint: "create it with ENCODING 'UTF8' TEMPLATE template0",
        },
      );
    return Number(rows[0]!.version);
  });
  if (version < oldestVersion)
    throw new CodedError(
      'store-unsuitable',
      `PostgreSQL at ${where} is of version ${Math.floor(version / 10_000)}; it takes 14 or later`,
    );
  return version;
}

/** What Kysely asks of a pool. Errors come out in our words. */
function forKysely(pool: StorePool): PostgresPool {
  return {
    async connect() {
      const client = await pool.connect();
      return {
        query: async (text: string, values?: unknown[]) => {
          try {
            const query = driverQuery(text, values);
            return await (typeof query === 'string' ? client.query(query, values) : client.query(query));
          } catch (error) {
            throw storeError(error);
          }
        },
        release: () => client.release(),
      } as never;
    },
    end: () => pool.end(),
    options: {},
  };
}
