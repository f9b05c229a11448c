import { sql } from 'kysely';
import { jsonText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

export type SourceKind = 'docker' | 'kubernetes' | 'containerd' | 'registry';

/** Where the server learns what runs, or what there is. */
export interface KeptSource {
  readonly id: string;
  readonly kind: SourceKind;
  readonly name: string;
  readonly address: string;
  readonly environment: string | null;
  readonly team: string | null;
  readonly enabled: boolean;
  /** Encrypted, by name. */
  readonly sealed: Readonly<Record<string, string>>;
  readonly state: string;
  readonly message: string | null;
  readonly lastSeen: string | null;
  readonly addedAt: string;
  readonly containers: number;
}

const columns = sql`source.id, source.kind, source.name, address, source.environment, source.team, enabled, sealed, state, message,
  source.last_seen AS "lastSeen", added_at AS "addedAt",
  (SELECT count(*) FROM container JOIN host ON host.id = container.host
    WHERE host.name = source.name AND container.until IS NULL) AS containers`;

export async function listSources(store: Store): Promise<readonly KeptSource[]> {
  return (await sql<KeptSource>`SELECT ${columns} FROM source ORDER BY name`.execute(store.db)).rows;
}

export async function getSource(store: Store, id: string): Promise<KeptSource | undefined> {
  return (await sql<KeptSource>`SELECT ${columns} FROM source WHERE id::text = ${id}`.execute(store.db)).rows[0];
}

/** Adds one; undefined where there is one of that name. */
export async function addSource(
  store: Store,
  source: {
    readonly kind: SourceKind;
    readonly name: string;
    readonly address: string;
    readonly environment?: string | undefined;
    readonly team?: string | undefined;
    readonly sealed: Readonly<Record<string, string>>;
  },
): Promise<KeptSource | undefined> {
  const { kind, name, address, environment, team, sealed } = source;
  const { rows } = await sql<{ id: string }>`INSERT INTO source (kind, name, address, environment, team, sealed)
    VALUES (${kind}, ${name}, ${address}, ${environment ?? null}, ${team ?? null}, ${jsonText(sealed)}::jsonb)
    ON CONFLICT (name) DO NOTHING RETURNING id`.execute(store.db);
  return rows[0] === undefined ? undefined : getSource(store, rows[0].id);
}

export async function changeSource(
  store: Store,
  id: string,
  change: Omit<KeptSource, 'id' | 'kind' | 'state' | 'message' | 'lastSeen' | 'addedAt' | 'containers'>,
): Promise<KeptSource | undefined> {
  const { name, address, environment, team, enabled, sealed } = change;
  await sql`UPDATE source SET name = ${name}, address = ${address}, environment = ${environment}, team = ${team},
    enabled = ${enabled}, sealed = ${jsonText(sealed)}::jsonb, message = NULL,
    state = CASE WHEN ${enabled} THEN 'new' ELSE 'off' END WHERE id::text = ${id}`.execute(store.db);
  return getSource(store, id);
}

/** What asking it came to. */
export async function noteSource(
  store: Store,
  id: string,
  { state, message, now }: { readonly state: 'connected' | 'failing'; readonly message?: string; readonly now: Date },
): Promise<void> {
  await sql`UPDATE source SET state = ${state}, message = ${message ?? null},
      last_seen = CASE WHEN ${state} = 'connected' THEN ${now.toISOString()}::timestamptz ELSE last_seen END
    WHERE id::text = ${id} AND enabled`.execute(store.db);
}

/** Gives the name of what is forgotten. */
export async function removeSource(store: Store, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`DELETE FROM source WHERE id::text = ${id} RETURNING name`.execute(
    store.db,
  );
  return rows[0]?.name;
}

export async function readSetting(store: Store, name: string): Promise<unknown> {
  const { rows } = await sql<{ value: unknown }>`SELECT value FROM setting WHERE name = ${name}`.execute(store.db);
  return rows[0]?.value;
}

export async function writeSetting(store: Store, name: string, value: unknown): Promise<void> {
  await sql`INSERT INTO setting (name, value) VALUES (${name}, ${jsonText(value)}::jsonb)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value`.execute(store.db);
}
