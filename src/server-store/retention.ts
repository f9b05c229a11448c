import { sql } from 'kysely';
import { bodyRestHours } from './bodies/sweep.ts';
import { forgetTold } from './judging/forget-told.ts';
import type { Store } from './store.ts';

/** How many of what went. */
export interface Pruned {
  readonly records: number;
  readonly verdicts: number;
  readonly findings: number;
  readonly tags: number;
  readonly containers: number;
  readonly bodies: number;
  readonly packages: number;
  /** Verdicts that turned, and messages about them. */
  readonly turns: number;
  readonly messages: number;
}

/**
 * Takes away what has been over since before a day: verdicts that others replaced, findings that are gone, containers that ended,
 * tags that moved, what was told of verdicts that turned, and records of images that neither run nor have a tag and were not scanned since. Never the ledger, documents or
 * waivers.
 */
export async function pruneStore(store: Store, before: Date): Promise<Pruned> {
  const at = before.toISOString();
  const pruned = await store.db.transaction().execute(async (transaction) => {
    const remove = async (statement: ReturnType<typeof sql>): Promise<number> =>
      Number((await statement.execute(transaction)).numAffectedRows ?? 0);
    const containers = await remove(sql`DELETE FROM container WHERE until < ${at}::timestamptz`);
    await remove(sql`DELETE FROM workload WHERE until < ${at}::timestamptz`);
    const tags = await remove(sql`DELETE FROM tag WHERE until < ${at}::timestamptz`);
    const records = await remove(sql`DELETE FROM record WHERE kept_at < ${at}::timestamptz
      AND NOT EXISTS (SELECT 1 FROM container WHERE container.image = record.image)
      AND NOT EXISTS (SELECT 1 FROM tag WHERE tag.image = record.image)`);
    const verdicts =
      await remove(sql`DELETE FROM verdict WHERE until < ${at}::timestamptz OR (judged_at < ${at}::timestamptz
      AND NOT EXISTS (SELECT 1 FROM record WHERE record.image = verdict.image))`);
    const findings =
      await remove(sql`DELETE FROM finding_life WHERE gone_at < ${at}::timestamptz OR (first_seen < ${at}::timestamptz
      AND NOT EXISTS (SELECT 1 FROM record WHERE record.image = finding_life.image))`);
    const packages = await remove(sql`DELETE FROM package WHERE NOT EXISTS (
      SELECT 1 FROM package_use WHERE package_use.package = package.id)`);
    const bodies = await remove(sql`DELETE FROM body
      WHERE kept_at < least(${at}::timestamptz, clock_timestamp() - make_interval(hours => ${bodyRestHours}))
      AND NOT EXISTS (SELECT 1 FROM record WHERE record.body = body.digest)`);
    return { records, verdicts, findings, tags, containers, bodies, packages };
  });
  return { ...pruned, ...(await forgetTold(store, before)) };
}
