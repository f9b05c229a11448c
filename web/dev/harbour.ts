import { startHarbour } from '../../test/make/harbour.ts';
import { postgresServers, stopPostgres } from '../../test/make/postgres.ts';
import { buildPages } from '../../test/web/open-pages.ts';

/**
 * `node web/dev/harbour.ts`: a real server with real scans, an engine and its containers, kept up until Ctrl-C, with the cookies of
 * those who look at it. For `look.ts --server URL --cookie NAME=VALUE`.
 */
const harbour = await startHarbour(await postgresServers[0]!.freshDatabase(), { web: await buildPages() });
const { server, people, images } = harbour;
const say = (what: string, text: string): void => void process.stdout.write(`${what.padEnd(10)} ${text}\n`);
say('url', server.url);
say('admin', server.adminCookie);
for (const [name, { cookie }] of Object.entries(people)) say(name, cookie);
for (const [name, digest] of Object.entries(images)) say(name, digest);
process.once('SIGINT', () => void harbour.close().then(stopPostgres));
