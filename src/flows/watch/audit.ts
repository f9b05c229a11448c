import { redactText } from '../../catalog/index.ts';
import { parseAudit } from '../../inventory/index.ts';
import { containerNamed } from '../../server-store/index.ts';
import { deedEntries } from './ledger-entries.ts';
import type { WatchedSource, WatchWorld } from './world.ts';

/**
 * Takes in what a cluster's API server posts of its audit log: the ledger hears who started commands in containers, attached to
 * them or had their ports forwarded. Whoever calls this has made sure that it was the cluster.
 * @returns how many of its events are in the ledger.
 * @throws CodedError `bad-source-answer`
 */
export async function noteAudit(
  { store, ledger, now }: Pick<WatchWorld, 'store' | 'ledger' | 'now'>,
  source: WatchedSource,
  body: Uint8Array,
): Promise<number> {
  const deeds = parseAudit(body, { now: now?.() ?? new Date(), redact: redactText });
  await Promise.all(
    deeds.map(async ({ deed, container }) => {
      const id = await containerNamed(store, source.name, container);
      const subject = id === undefined ? deed.subject : { kind: 'container', name: id };
      const entries = await deedEntries(store, source, { ...deed, subject });
      await Promise.all(entries.map((entry) => ledger.append(entry)));
    }),
  );
  return deeds.length;
}
