import { writeSync } from 'node:fs';
import { LedgerWriter, openStore } from '../../src/server-store/index.ts';

/**
 * Appends to the ledger of a folder until it is killed or an append fails; a line on stdout for each entry that was confirmed,
 * written before anything else happens: `SEQUENCE HASH`. Run as a process of its own: `node ledger-load.ts FOLDER`.
 */
const store = await openStore({ folder: process.argv[2]!, patienceMs: 2000 });
const writer = new LedgerWriter(store, { patienceMs: 2000 });
const padding = 'x'.repeat(300);
let failed: unknown;

async function appendOn(lane: number): Promise<void> {
  for (let i = 0; failed === undefined; i++)
    try {
      const { sequence, hash } = await writer.append({
        actor: { kind: 'automation', name: `lane-${lane}`, known: 'test' },
        action: 'container.start',
        subject: { kind: 'container', name: `${lane}/${i}` },
        details: { padding },
      });
      writeSync(1, `${sequence} ${hash}\n`);
    } catch (error) {
      failed ??= error;
    }
}

await Promise.all(Array.from({ length: 50 }, (_, lane) => appendOn(lane)));
writeSync(2, `${(failed as { code?: string }).code ?? String(failed)}\n`);
process.exit(1);
