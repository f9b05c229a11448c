import { sql } from 'kysely';
import { jsonText, plainText } from '../hostile-text.ts';
import type { Store } from '../store.ts';

/** A machine or cluster on which containers run. */
export interface Host {
  readonly id: number;
  readonly kind: 'docker' | 'kubernetes' | 'containerd';
  readonly name: string;
  readonly environment: string | null;
  readonly team: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly firstSeen: string;
  /** When it was last heard from: silence is shown. */
  readonly lastSeen: string;
  /** How long it may say nothing. */
  readonly periodSeconds: number;
  /** It has said nothing for longer than that: what is said to run there may no longer. */
  readonly silent: boolean;
}

export type HostReport = Pick<Host, 'kind' | 'name'> & {
  readonly environment?: string;
  readonly team?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Default 60. */
  readonly periodSeconds?: number;
};

/** Says that a host was heard from. Gives its number. */
export async function noteHost(
  store: Store,
  { kind, name, environment, team, labels = {}, periodSeconds = 60 }: HostReport,
  now: Date,
): Promise<number> {
  const at = now.toISOString();
  const facts = {
    kind,
    environment: environment ?? null,
    team: team ?? null,
    labels: jsonText(labels),
    period_seconds: periodSeconds,
  };
  const row = await store.db
    .insertInto('host')
    .values({ name: plainText(name), first_seen: at, last_seen: at, ...facts })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ ...facts, last_seen: sql`greatest(host.last_seen, excluded.last_seen)` }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

/** All hosts by name; which of them are silent, by the clock that is given. */
export async function listHosts(store: Store, now = new Date()): Promise<readonly Host[]> {
  const rows = await store.db.selectFrom('host').selectAll().orderBy('name').execute();
  return rows.map(({ first_seen: firstSeen, last_seen: lastSeen, period_seconds: periodSeconds, ...row }) => ({
    ...row,
    firstSeen,
    lastSeen,
    periodSeconds,
    silent: Date.parse(lastSeen) + periodSeconds * 1000 < now.getTime(),
  }));
}
