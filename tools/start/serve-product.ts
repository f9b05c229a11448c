import net from 'node:net';
import path from 'node:path';
import { cacheDirectory } from '../../src/flows/advisories/database-path.ts';
import { CodedError } from '../../src/model/index.ts';
import { countFleet, listSources, type Store } from '../../src/server-store/index.ts';
import { type RunningServer, startServer } from '../../src/server/index.ts';
import { buildOnce } from './build-once.ts';
import { makeDataPlace } from './data-place.ts';
import { importAdvisories, type Shown, showImage } from './demonstration.ts';
import { welcome } from './welcome.ts';
import { say, type StartWorld } from './world.ts';

const host = '127.0.0.1';

/** Starts all of it, says where it is, and ends it when the process is to end. */
export async function serveProduct({ port }: { readonly port: number }, world: StartWorld): Promise<void> {
  await checkPort(port);
  const program = await buildOnce(world);
  const data = makeDataPlace(world);
  const database = path.join(data, 'advisories.db');
  const demo = { ...world, program, data, database };
  await importAdvisories(demo);
  world.signal.throwIfAborted();
  const server = await startServer(serverOptions(world, { program, data, database, port }));
  try {
    world.signal.throwIfAborted();
    const before = await counts(server.store);
    if (before.images > 0)
      say(`going on with ${before.images === 1 ? '1 image' : `${before.images} images`} of before`);
    const shown = await showImage(server.store, demo);
    process.stdout.write(welcome(await facts(server, shown, { ...world, data })));
    await aborted(world.signal);
    process.stderr.write('\n');
    say('ending: what is being answered is finished, the database is stopped');
  } finally {
    await server.stop();
  }
}

/** Said before the long work, in words. @throws CodedError `address-in-use` */
async function checkPort(port: number): Promise<void> {
  if (port === 0) return;
  const code = await new Promise<string | undefined>((resolve) => {
    const probe = net.createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
  if (code === undefined) return;
  if (code === 'EACCES')
    throw new CodedError('address-unusable', `port ${port} is not for this account`, {
      hint: 'npm start -- --port 7411, or any above 1023',
    });
  const isOurs = await answersAsPlimsoll(port);
  throw new CodedError(
    'address-in-use',
    isOurs ? `Plimsoll runs already, at http://${host}:${port}` : `something else listens on ${host}:${port}`,
    {
      hint: isOurs
        ? 'npm start -- login link makes a link to log in there; npm start -- --port 7412 starts another on the same data'
        : 'npm start -- --port 7412 takes another port; --port 0 takes any that is free',
    },
  );
}

async function answersAsPlimsoll(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(2000) });
    return (await answer.text()) === '{"alive":true}';
  } catch {
    return false;
  }
}

function serverOptions(
  { root, env }: StartWorld,
  own: { readonly program: string; readonly data: string; readonly database: string; readonly port: number },
): Parameters<typeof startServer>[0] {
  const { program, data, database, port } = own;
  return {
    ...{ data, database, host, port, env },
    databaseUrl: env['PLIMSOLL_DATABASE_URL'] || undefined,
    web: path.join(root, 'web/dist'),
    cacheDirectory: cacheDirectory(env),
    scans: 2,
    // Only this machine reaches the server: its own registries are the user's.
    allowAddresses: ['127.0.0.0/8', '::1'],
    requestsPerSecond: 1000,
    program: [process.execPath, program],
    logInLink: true,
    localEngine: true,
    hasTerminal: process.stderr.isTTY,
    logLevel: 'warn',
  };
}

async function counts(store: Store): Promise<{ readonly images: number; readonly containers: number }> {
  return (await countFleet(store, undefined)).totals;
}

async function facts(
  server: RunningServer,
  shown: Shown,
  { env, data }: StartWorld & { readonly data: string },
): Promise<Parameters<typeof welcome>[0]> {
  const engine = (await listSources(server.store)).find(({ address }) => address === 'local');
  return {
    url: server.url,
    logInUrl: server.setupUrl,
    where: server.store.where,
    policy: server.policy,
    engine: engine?.enabled === true ? engine.name : undefined,
    ...{ shown, data },
    folder: env['INIT_CWD'] ?? process.cwd(),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
