import { sql } from 'kysely';
import { plainText } from '../hostile-text.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

export interface KeptPerson {
  readonly id: string;
  /** Who vouches: `oidc:ISSUER`, `setup`. */
  readonly known: string;
  readonly name: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly roles: readonly string[];
  readonly teams: readonly string[] | null;
  readonly disabled: boolean;
  readonly firstSeen: string;
  readonly lastSeen: string | null;
}

const columns = sql`person.id, known, person.name, display_name AS "displayName", email, roles, person.teams, disabled,
  first_seen AS "firstSeen", last_seen AS "lastSeen"`;

/** Takes in somebody who has logged in. Roles and teams are those given the first time; after that only people change them. */
export async function seePerson(
  store: Store,
  person: {
    readonly known: string;
    readonly name: string;
    readonly displayName: string;
    readonly email?: string | undefined;
    readonly roles: readonly string[];
    readonly teams?: readonly string[] | undefined;
    /** Roles and teams come from whoever vouches, each time anew. */
    readonly follows?: boolean;
  },
): Promise<KeptPerson> {
  const { rows } = await sql<KeptPerson>`INSERT INTO person (known, name, display_name, email, roles, teams, last_seen)
    VALUES (${person.known}, ${plainText(person.name)}, ${plainText(person.displayName)}, ${person.email ?? null},
      ${[...person.roles]}::text[], ${person.teams === undefined ? null : [...person.teams]}::text[], clock_timestamp())
    ON CONFLICT (known, name) DO UPDATE SET display_name = excluded.display_name, email = excluded.email,
      last_seen = excluded.last_seen,
      roles = CASE WHEN ${person.follows === true} THEN excluded.roles ELSE person.roles END,
      teams = CASE WHEN ${person.follows === true} THEN excluded.teams ELSE person.teams END
    RETURNING ${columns}`.execute(store.db);
  return rows[0]!;
}

export async function getPerson(store: Store, id: string): Promise<KeptPerson | undefined> {
  return (await sql<KeptPerson>`SELECT ${columns} FROM person WHERE id = ${id}`.execute(store.db)).rows[0];
}

export async function listPeople(store: Store, options: PageOptions): Promise<Page<KeptPerson>> {
  const size = pageSize(options);
  const [name, id] = options.after === undefined ? [null, null] : readCursor(options.after, ['string', 'string']);
  const { rows } = await sql<KeptPerson>`SELECT ${columns} FROM person
    WHERE ${name}::text IS NULL OR (name, id::text) > (${name}, ${id}::text)
    ORDER BY name, id::text LIMIT ${size + 1}`.execute(store.db);
  return pageOf(rows, size, { item: (row) => row, cursor: (row) => [row.name, row.id] });
}

export async function changePerson(
  store: Store,
  id: string,
  change: {
    readonly roles?: readonly string[] | undefined;
    readonly teams?: readonly string[] | null | undefined;
    readonly disabled?: boolean | undefined;
  },
): Promise<KeptPerson | undefined> {
  const { rows } = await sql<KeptPerson>`UPDATE person SET
      roles = coalesce(${change.roles === undefined ? null : [...change.roles]}::text[], roles),
      teams = CASE WHEN ${change.teams === undefined} THEN teams ELSE ${change.teams ? [...change.teams] : null}::text[] END,
      disabled = coalesce(${change.disabled ?? null}::boolean, disabled)
    WHERE id = ${id} RETURNING ${columns}`.execute(store.db);
  return rows[0];
}

/**
 * Until the transaction ends nobody else takes the role from those who have it now. Who waits for it goes on with those that are left:
 * of two that each take it from one of the last two, the second sees that it is the last.
 */
export async function lockHolders(store: Store, role: string): Promise<void> {
  await sql`SELECT id FROM person WHERE ${role} = ANY(roles) AND NOT disabled ORDER BY id FOR NO KEY UPDATE`.execute(
    store.db,
  );
}

/** Whether somebody who is not disabled has the role. */
export async function isRoleHeld(store: Store, role: string): Promise<boolean> {
  const { rows } = await sql`SELECT 1 FROM person WHERE ${role} = ANY(roles) AND NOT disabled LIMIT 1`.execute(
    store.db,
  );
  return rows.length > 0;
}

export async function addSession(
  store: Store,
  session: { readonly digest: Buffer; readonly person: string; readonly csrf: string; readonly expiresAt: Date },
): Promise<void> {
  await sql`INSERT INTO session (digest, person, csrf, expires_at)
    VALUES (${session.digest}, ${session.person}, ${session.csrf}, ${session.expiresAt.toISOString()})`.execute(
    store.db,
  );
}

/** Who is logged in by that session, unless it has ended or has not been used for longer than `idleMinutes`. */
export async function personOfSession(
  store: Store,
  digest: Buffer,
  idleMinutes: number,
): Promise<(KeptPerson & { readonly csrf: string; readonly expiresAt: string }) | undefined> {
  const { rows } = await sql<KeptPerson & { csrf: string; expiresAt: string; usedAt: string }>`
    SELECT ${columns}, csrf, expires_at AS "expiresAt", used_at AS "usedAt" FROM session JOIN person ON person.id = session.person
    WHERE digest = ${digest} AND expires_at > clock_timestamp() AND NOT disabled
      AND used_at > clock_timestamp() - make_interval(mins => ${idleMinutes})`.execute(store.db);
  const found = rows[0];
  // Once a minute is often enough to tell idle from busy.
  if (found !== undefined && Date.now() - Date.parse(found.usedAt) > 60_000)
    await sql`UPDATE session SET used_at = clock_timestamp() WHERE digest = ${digest}`.execute(store.db);
  return found;
}

export async function endSession(store: Store, digest: Buffer): Promise<void> {
  await sql`DELETE FROM session WHERE digest = ${digest}`.execute(store.db);
}

export interface LogInAttempt {
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
  /** Digest of what the browser that began it holds. */
  readonly browser: Buffer;
  readonly backTo: string;
}

export async function beginLogIn(store: Store, attempt: LogInAttempt): Promise<void> {
  await sql`INSERT INTO log_in_attempt (state, verifier, nonce, browser, back_to)
    VALUES (${attempt.state}, ${attempt.verifier}, ${attempt.nonce}, ${attempt.browser}, ${attempt.backTo})`.execute(
    store.db,
  );
}

/** Gives an attempt once, to the browser that began it, within ten minutes. */
export async function takeLogIn(store: Store, state: string, browser: Buffer): Promise<LogInAttempt | undefined> {
  const { rows } = await sql<LogInAttempt>`DELETE FROM log_in_attempt
    WHERE state = ${state} AND browser = ${browser} AND made_at > clock_timestamp() - interval '10 minutes'
    RETURNING state, verifier, nonce, browser, back_to AS "backTo"`.execute(store.db);
  return rows[0];
}

/** Until the transaction ends nobody else makes such a link or uses one. */
export async function lockSetupLinks(store: Store): Promise<void> {
  await sql`LOCK TABLE setup_link IN SHARE ROW EXCLUSIVE MODE`.execute(store.db);
}

/** Replaces the link that logs the administrator in: only the last one that was printed is good. */
export async function setSetupLink(store: Store, digest: Buffer): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const inner = { ...store, db: transaction };
    // Of two that are made at once neither would see the other's to replace it.
    await lockSetupLinks(inner);
    await sql`WITH gone AS (DELETE FROM setup_link WHERE used_at IS NULL)
      INSERT INTO setup_link (digest) VALUES (${digest})`.execute(transaction);
  });
}

/** Uses it up; false where it was used, replaced, or is older than a day. */
export async function useSetupLink(store: Store, digest: Buffer): Promise<boolean> {
  const { rows } = await sql`UPDATE setup_link SET used_at = clock_timestamp()
    WHERE digest = ${digest} AND used_at IS NULL AND made_at > clock_timestamp() - interval '1 day' RETURNING 1`.execute(
    store.db,
  );
  return rows.length > 0;
}
