import { sql } from 'kysely';
import { plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

export interface KeptToken {
  readonly id: string;
  readonly prefix: string;
  readonly name: string;
  readonly kind: 'human' | 'automation';
  readonly owner: string;
  readonly ownerName: string;
  readonly ownerRoles: readonly string[];
  readonly ownerTeams: readonly string[] | null;
  readonly scopes: readonly string[];
  readonly teams: readonly string[] | null;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

const columns = sql`token.id, prefix, token.name, kind, owner, person.name AS "ownerName", person.roles AS "ownerRoles",
  person.teams AS "ownerTeams", scopes, token.teams, created_at AS "createdAt", expires_at AS "expiresAt",
  last_used_at AS "lastUsedAt"`;

export async function addToken(
  store: Store,
  token: Pick<KeptToken, 'prefix' | 'name' | 'kind' | 'owner' | 'scopes' | 'teams'> & {
    readonly digest: Buffer;
    readonly expiresAt: Date;
  },
): Promise<KeptToken> {
  const { rows } = await sql<KeptToken>`WITH token AS (
      INSERT INTO token (digest, prefix, name, kind, owner, scopes, teams, expires_at)
      VALUES (${token.digest}, ${token.prefix}, ${plainText(token.name)}, ${token.kind}, ${token.owner}, ${[...token.scopes]}::text[],
        ${token.teams === null ? null : [...token.teams]}::text[], ${token.expiresAt.toISOString()}) RETURNING *)
    SELECT ${columns} FROM token JOIN person ON person.id = token.owner`.execute(store.db);
  return rows[0]!;
}

/** The token that somebody shows, where it is good now and whoever made it is not disabled. */
export async function tokenOfDigest(store: Store, digest: Buffer): Promise<KeptToken | undefined> {
  const { rows } = await sql<KeptToken>`SELECT ${columns} FROM token JOIN person ON person.id = token.owner
    WHERE digest = ${digest} AND revoked_at IS NULL AND expires_at > clock_timestamp() AND NOT disabled`.execute(
    store.db,
  );
  const found = rows[0];
  if (found !== undefined && Date.now() - Date.parse(found.lastUsedAt ?? '1970-01-01') > 60_000)
    await sql`UPDATE token SET last_used_at = clock_timestamp() WHERE id = ${found.id}`.execute(store.db);
  return found;
}

/** Tokens that are not revoked, newest first; of one person or all. */
export async function listTokens(store: Store, owner?: string): Promise<readonly KeptToken[]> {
  const { rows } = await sql<KeptToken>`SELECT ${columns} FROM token JOIN person ON person.id = token.owner
    WHERE revoked_at IS NULL AND (${owner ?? null}::uuid IS NULL OR owner = ${owner ?? null}::uuid)
    ORDER BY created_at DESC, token.id LIMIT 1000`.execute(store.db);
  return rows;
}

/** Revokes one, of that owner where one is named. Gives its name; undefined where there is none. */
export async function revokeToken(store: Store, id: string, owner?: string): Promise<string | undefined> {
  const { rows } = await sql<{ name: string }>`UPDATE token SET revoked_at = clock_timestamp()
    WHERE id = ${id} AND revoked_at IS NULL AND (${owner ?? null}::uuid IS NULL OR owner = ${owner ?? null}::uuid)
    RETURNING name`.execute(store.db);
  return rows[0]?.name;
}
