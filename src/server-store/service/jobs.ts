import { type RawBuilder, sql } from 'kysely';
import type { LedgerActor } from '../../ledger/index.ts';
import { jsonText, plainText } from '../hostile-text.ts';
import { type Page, pageOf, type PageOptions, pageSize, readCursor } from '../page.ts';
import type { Store } from '../store.ts';

export type ScanJobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';

export interface ScanJob {
  readonly id: string;
  readonly sequence: number;
  readonly state: ScanJobState;
  readonly reference: string;
  readonly platform: string | null;
  readonly team: string | null;
  /** Id of the source by whose engine, or with whose log-in, the image is opened. */
  readonly source: string | null;
  readonly progress: { readonly stage: string; readonly doneBytes: number; readonly totalBytes?: number };
  readonly tries: number;
  readonly worker: string | null;
  readonly cancelAsked: boolean;
  readonly image: string | null;
  readonly error: { readonly code: string; readonly message: string; readonly hint?: string } | null;
  readonly requestedBy: LedgerActor;
  readonly requestedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

const columns = sql`id, sequence, state, reference, platform, team, source, progress, tries, worker, cancel_asked AS "cancelAsked", image, error,
  requested_by AS "requestedBy", requested_at AS "requestedAt", started_at AS "startedAt", ended_at AS "endedAt"`;

export interface NewScanJob {
  readonly reference: string;
  readonly platform?: string | undefined;
  readonly team?: string | undefined;
  readonly source?: string | undefined;
  readonly actor: LedgerActor;
}

export async function addScanJob(store: Store, job: NewScanJob): Promise<ScanJob> {
  return (await insertJob(store, job, sql`true`))!;
}

/** Adds a scan unless the same waits already, or runs. @param again what runs does not count: it may have begun too early. */
export async function addScanJobOnce(
  store: Store,
  job: NewScanJob,
  { again }: { readonly again: boolean },
): Promise<ScanJob | undefined> {
  const states = again ? ['queued'] : ['queued', 'running'];
  return insertJob(
    store,
    job,
    sql`NOT EXISTS (SELECT 1 FROM scan_job WHERE state = ANY(${states}::text[]) AND reference = ${plainText(job.reference)}
      AND platform IS NOT DISTINCT FROM ${job.platform ?? null})`,
  );
}

async function insertJob(
  store: Store,
  { reference, platform, team, source, actor }: NewScanJob,
  condition: RawBuilder<unknown>,
): Promise<ScanJob | undefined> {
  const { rows } = await sql<ScanJob>`INSERT INTO scan_job (reference, platform, team, source, requested_by)
    SELECT ${plainText(reference)}, ${platform ?? null}, ${team ?? null}, ${source ?? null}, ${jsonText(actor)}::jsonb
    WHERE ${condition} RETURNING ${columns}`.execute(store.db);
  return rows[0];
}

/** How many wait. */
export async function countWaitingJobs(store: Store): Promise<number> {
  const { rows } = await sql<{ n: number }>`SELECT count(*) AS n FROM scan_job WHERE state = 'queued'`.execute(
    store.db,
  );
  return rows[0]!.n;
}

/**
 * Takes the oldest job that waits, or whose worker has not been heard from, for a worker. Any number of processes may ask at once:
 * each job goes to one. Undefined where there is nothing to do.
 */
export async function claimScanJob(
  store: Store,
  { worker, leaseSeconds }: { readonly worker: string; readonly leaseSeconds: number },
): Promise<ScanJob | undefined> {
  const { rows } = await sql<ScanJob>`UPDATE scan_job SET state = 'running', worker = ${worker}, tries = tries + 1,
      lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}),
      started_at = coalesce(started_at, clock_timestamp()), progress = '{"stage":"image","doneBytes":0}'
    WHERE id = (
      SELECT id FROM scan_job
      WHERE state = 'queued' OR (state = 'running' AND lease_until < clock_timestamp())
      ORDER BY sequence LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING ${columns}`.execute(store.db);
  return rows[0];
}

/** Says that a worker still works. `lost`: another has the job, or it has ended; `cancel`: somebody wants it to end. */
export async function renewScanJob(
  store: Store,
  { id, worker, tries }: Pick<ScanJob, 'id' | 'tries'> & { readonly worker: string },
  { progress, leaseSeconds }: { readonly progress: ScanJob['progress']; readonly leaseSeconds: number },
): Promise<'go-on' | 'cancel' | 'lost'> {
  const { rows } = await sql<{ cancel: boolean }>`UPDATE scan_job
    SET lease_until = clock_timestamp() + make_interval(secs => ${leaseSeconds}), progress = ${jsonText(progress)}::jsonb
    WHERE id = ${id} AND worker = ${worker} AND tries = ${tries} AND state = 'running'
    RETURNING cancel_asked AS cancel`.execute(store.db);
  return rows[0] === undefined ? 'lost' : rows[0].cancel ? 'cancel' : 'go-on';
}

/** Ends a job for the worker that has it; undefined where it has it no longer, and then nothing else must be kept either. */
export async function endScanJob(
  store: Store,
  { id, worker, tries }: Pick<ScanJob, 'id' | 'tries'> & { readonly worker: string },
  end: { readonly state: 'done' | 'failed' | 'cancelled'; readonly image?: string; readonly error?: ScanJob['error'] },
): Promise<ScanJob | undefined> {
  const { rows } = await sql<ScanJob>`UPDATE scan_job SET state = ${end.state}, image = ${end.image ?? null},
      error = ${end.error ? jsonText(end.error) : null}::jsonb, ended_at = clock_timestamp(), lease_until = NULL
    WHERE id = ${id} AND worker = ${worker} AND tries = ${tries} AND state = 'running'
    RETURNING ${columns}`.execute(store.db);
  return rows[0];
}

/** Gives back a job that its worker can't end, so that another takes it at once. */
export async function returnScanJob(
  store: Store,
  { id, worker, tries }: Pick<ScanJob, 'id' | 'tries'> & { readonly worker: string },
): Promise<void> {
  await sql`UPDATE scan_job SET state = 'queued', worker = NULL, lease_until = NULL, progress = '{"stage":"waiting","doneBytes":0}'
    WHERE id = ${id} AND worker = ${worker} AND tries = ${tries} AND state = 'running'`.execute(store.db);
}

/** What waits is cancelled at once; what runs is asked to end. Undefined where there is no such job. */
export async function cancelScanJob(store: Store, id: string): Promise<ScanJob | undefined> {
  const { rows } = await sql<ScanJob>`UPDATE scan_job SET
      cancel_asked = cancel_asked OR state IN ('queued', 'running'),
      ended_at = CASE WHEN state = 'queued' THEN clock_timestamp() ELSE ended_at END,
      state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END
    WHERE id = ${id} RETURNING ${columns}`.execute(store.db);
  return rows[0];
}

export async function getScanJob(store: Store, id: string): Promise<ScanJob | undefined> {
  return (await sql<ScanJob>`SELECT ${columns} FROM scan_job WHERE id = ${id}`.execute(store.db)).rows[0];
}

/** Jobs, newest first. */
export async function listScanJobs(
  store: Store,
  filter: PageOptions & { readonly state?: ScanJobState | undefined; readonly teams?: readonly string[] | undefined },
): Promise<Page<ScanJob>> {
  const size = pageSize(filter);
  const after = filter.after === undefined ? null : (readCursor(filter.after, ['number'])[0] as number);
  const { rows } = await sql<ScanJob>`SELECT ${columns} FROM scan_job
    WHERE (${after}::bigint IS NULL OR sequence < ${after}) AND (${filter.state ?? null}::text IS NULL OR state = ${filter.state ?? null})
      AND (${filter.teams ?? null}::text[] IS NULL OR team = ANY(${filter.teams ?? null}))
    ORDER BY sequence DESC LIMIT ${size + 1}`.execute(store.db);
  return pageOf(rows, size, { item: (row) => row, cursor: ({ sequence }) => [sequence] });
}
