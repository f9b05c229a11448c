import { type ActivePolicy, activePolicy, keepImage } from '../src/flows/keep-image/index.ts';
import { noteContainers, noteHost, type Store } from '../src/server-store/index.ts';
import { postgresServers, stopPostgres } from '../test/make/postgres.ts';
import { startTestServer } from '../test/make/test-server.ts';
import { buildPages } from '../test/web/open-pages.ts';
import { digestOf, fleetRecord, madeAt } from './fleet.ts';

export interface FilledServer {
  readonly url: string;
  /** The administrator's, as `name=value`. */
  readonly cookie: string;
  close(): Promise<void>;
}

/** A real server with that many images, each judged, and a container of every fourth, on 50 hosts in three environments. */
export async function fillServer(images: number): Promise<FilledServer> {
  const server = await startTestServer(await postgresServers[0]!.freshDatabase(), { web: await buildPages() });
  const policy = await activePolicy(server.store, madeAt);
  let next = 0;
  const keepRest = async (): Promise<void> => {
    while (next < images) await keepOne(server.store, next++, policy);
  };
  await Promise.all([keepRest(), keepRest(), keepRest(), keepRest()]);
  for (let host = 0; host < 50; host++) await runOn(server.store, host, images);
  return {
    url: server.url,
    cookie: server.adminCookie,
    async close() {
      await server.close();
      await stopPostgres();
    },
  };
}

/** As a scan keeps it: with its verdict, the lives of its findings, its entries in the ledger. */
async function keepOne(store: Store, n: number, policy: ActivePolicy): Promise<void> {
  const record = fleetRecord(n);
  const reference = `registry.example.com/team-${n % 25}/service-${n >> 2}:1.${n % 4}`;
  const actor = { kind: 'automation', name: 'pipeline', known: 'bench' } as const;
  await keepImage(store, { ...{ record, reference, team: `team-${n % 25}` }, policy, actor, now: madeAt });
}

async function runOn(store: Store, host: number, images: number): Promise<void> {
  const environment = ['production', 'staging', 'development'][host % 3]!;
  const id = await noteHost(store, { kind: 'docker', name: `node-${host}` }, new Date());
  const containers = Array.from({ length: Math.floor(images / 4 / 50) }, (_, index) => {
    const n = (host + index * 50) * 4;
    return {
      ...{ id: `c-${host}-${index}`, name: `service-${n >> 2}`, imageIds: [digestOf(n)], environment },
      ...{
        imageName: `registry.example.com/team-${n % 25}/service-${n >> 2}:1.0`,
        team: `team-${n % 25}`,
        since: madeAt,
      },
    };
  });
  await noteContainers(store, id, { containers, now: new Date() });
}
