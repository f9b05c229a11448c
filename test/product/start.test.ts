import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caller } from '../make/test-server.ts';
import { type Product, type ProductPlace, productPlace } from '../make/started-product.ts';

/** `npm start` where there is no Docker engine, no terminal and no browser. One test after the other. */
describe('npm start without an engine', () => {
  let place: ProductPlace;
  let product: Product;
  beforeAll(async () => {
    place = await productPlace({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  });
  afterAll(() => place?.remove());

  const logIn = (link: string) =>
    caller(new URL(link).origin)<{ code?: string; roles?: string[] }>('POST', '/v1/session/setup', {
      secret: new URL(link).searchParams.get('secret'),
    });

  test('scans its image from a folder, says what it found, where to look and what to try next', async () => {
    product = await place.start('--port', '0');
    expect(product.stderr).toMatch(/^» taking in the 13 advisories[^]*» scanning it: plimsoll scan layout:cart\n/);
    expect(product.stdout).toContain(
      [
        ' FAIL  plimsoll-demo/cart:1.8.2 by policy production, scope default',
        '   fixable-severity    7 findings',
        '   known-exploited     2 findings',
        '   no-root-user        1 finding',
        '   no-secrets          1 finding',
        '   advisory-data-age   cannot tell',
        '',
        `Plimsoll serves ${product.url}`,
      ].join('\n'),
    );
    expect(product.stdout).toContain('no Docker engine: none answers here');
    expect(product.stdout).toContain(
      `  npm start -- scan layout:${place.data}/cart --base layout:${place.data}/debian-12.5\n`,
    );
  });

  test('its link logs in once; another is made on this machine, by whom the ledger tells, and takes the old one’s place', async () => {
    const first = await logIn(product.logInUrl);
    expect([first.status, first.body.roles]).toEqual([200, ['admin']]);
    const again = await logIn(product.logInUrl);
    expect([again.status, again.body.code]).toEqual([401, 'log-in-failed']);
    const one = await place.run('login', 'link');
    const two = await place.run('login', 'link');
    expect(two.stdout).toMatch(new RegExp(`^${product.url}/v1/session/setup\\?secret=[\\w-]{43}\n$`));
    expect((await logIn(one.stdout.trim())).status).toBe(401);
    const cookie = (await logIn(two.stdout.trim())).headers.getSetCookie()[0]!.split(';', 1)[0]!;
    const admin = caller(product.url, { cookie });
    const { body } = await admin<{ items: { actor: { known: string }; details?: object }[] }>(
      'GET',
      '/v1/ledger?action=session.link',
    );
    expect(body.items.map(({ actor }) => actor.known)).toEqual(
      Array<string>(3).fill(`local-account:${process.getuid!()}`),
    );
    expect(JSON.stringify(body)).not.toContain(new URL(two.stdout.trim()).searchParams.get('secret'));
  });

  test('the page behind the link leads to the dashboard’s, with the secret where no server sees it', async () => {
    const answer = await fetch(product.logInUrl, { redirect: 'manual' });
    const secret = new URL(product.logInUrl).searchParams.get('secret');
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `/log-in#link=${secret}`]);
  });

  test('one command runs with its data, its exit status passed on', async () => {
    const scan = await place.run('scan', `layout:${place.data}/cart`);
    expect([scan.status, scan.stderr]).toEqual([2, '']);
    expect(scan.stdout).toContain('CVE-2021-44228');
    expect((await place.run('no-such-verb')).status).toBe(64);
    const usage = await place.run('--prot', '1');
    expect([usage.status, usage.stderr]).toEqual([64, expect.stringContaining('npm start -- --help')]);
  });

  test('a port that is taken is said, and by whom', async () => {
    const { port } = new URL(product.url);
    const ours = await place.run('--port', port);
    expect([ours.status, ours.stderr]).toEqual([
      1,
      `npm start: Plimsoll runs already, at ${product.url} (address-in-use)\n` +
        '  npm start -- login link makes a link to log in there; npm start -- --port 7412 starts another on the same data\n',
    ]);
    const other = await listen();
    const { port: taken } = other.address() as { port: number };
    const theirs = await place.run('--port', String(taken));
    other.close();
    expect(theirs.stderr).toContain(`something else listens on 127.0.0.1:${taken} (address-in-use)`);
  });

  test('a signal to npm alone ends all of it; a start after that scans and takes in nothing again', async () => {
    expect(place.databasePid()).toBeDefined();
    await product.terminate();
    await until(() => place.databasePid() === undefined);
    const before = readFileSync(join(place.data, 'advisories.db'));
    const again = await place.start('--port', '0');
    expect(again.stderr).toBe('» going on with 1 image of before\n');
    // Who looks on live, as each open page does, does not keep it from ending.
    const cookie = (await logIn(again.logInUrl)).headers.getSetCookie()[0]!.split(';', 1)[0]!;
    const live = await fetch(`${again.url}/v1/events`, { headers: { cookie } });
    expect(live.status).toBe(200);
    const { status, stderr } = await again.interrupt();
    expect([status, stderr.trim().split('\n').at(-1)]).toEqual([
      0,
      '» ending: what is being answered is finished, the database is stopped',
    ]);
    expect(await live.text()).toContain('retry: 2000');
    expect(place.databasePid()).toBeUndefined();
    expect(readFileSync(join(place.data, 'advisories.db')).equals(before)).toBe(true);
  });
});

const root = resolve('.');
const isOpen = process.getuid?.() === 0 && everybodyReads(root) && existsSync('/usr/bin/setpriv');

test.skipIf(!isOpen)('npm start works for an account that is not root', async () => {
  // For its build: this account may not write here.
  (await productPlace({})).remove();
  const folder = mkdtempSync(join(tmpdir(), 'plim-'));
  const as = ['--reuid=65534', '--regid=65534', '--clear-groups'];
  spawnSync('chown', ['65534:65534', folder]);
  const child = spawn('setpriv', [...as, process.execPath, 'tools/start.ts', '--port', '0'], {
    cwd: root,
    env: {
      PATH: process.env['PATH'],
      ...{ HOME: folder, PLIMSOLL_DATA: join(folder, 'data'), DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    },
  });
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => void (said += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => void (said += bytes.toString()));
  const ended = new Promise<number | null>((end) => child.once('close', end));
  try {
    await Promise.race([until(() => said.includes('Ctrl-C ends it')), ended]);
    expect(said).toMatch(/ FAIL {2}plimsoll-demo/);
    child.kill('SIGHUP');
    expect([await ended, existsSync(join(folder, 'data/postgres/data/postmaster.pid'))]).toEqual([0, false]);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});

function everybodyReads(folder: string): boolean {
  for (let at = folder; at !== dirname(at); at = dirname(at)) {
    const { status } = spawnSync('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', 'test', '-x', at]);
    if (status !== 0) return false;
  }
  return true;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
