import { Rejudger } from '../../src/flows/rejudge/index.ts';
import { openStore } from '../../src/server-store/index.ts';
import { day } from './fleet-store.ts';

/** A process that judges all that is due, in small slices; tells when it begins: `node judging-process.ts URL DATABASE`. */
const [databaseUrl = '', databasePath = ''] = process.argv.slice(2);
const store = await openStore({ databaseUrl });
const rejudger = new Rejudger(store, { databasePath, sliceSize: 3 });
process.stdout.write('begins\n');
const { judged } = await rejudger.run(() => day(4));
process.stdout.write(`judged ${judged}\n`);
rejudger.close();
await store.close();
