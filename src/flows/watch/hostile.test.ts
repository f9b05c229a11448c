import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { inventorySources, type Observation } from '../../inventory/index.ts';
import { sourceContext } from './watch-source.ts';

/** An engine that answers as a test wants. What it says is untrusted: it may be another machine's, or somebody's in its place. */
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-liar-'));
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  rmSync(folder, { recursive: true, force: true });
});

type Answers = Readonly<Record<string, unknown>>;
const id = 'c'.repeat(64);

async function engine(
  answer: (path: string, response: ServerResponse, request: IncomingMessage) => void,
): Promise<string> {
  const socket = join(folder, `s${servers.length}`);
  const server = createServer((request, response) => answer((request.url ?? '').split('?', 1)[0]!, response, request));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return `unix://${socket}`;
}

/** Answers by path with JSON; events stay open unless something is said of them. */
function answering(answers: Answers, events: string | Buffer = '') {
  return (path: string, response: ServerResponse): void => {
    if (path === '/events') {
      response.writeHead(200);
      response.flushHeaders();
      if (events.length > 0) response.write(events);
      return;
    }
    const found = Object.hasOwn(answers, path) ? answers[path] : undefined;
    response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(found ?? { message: 'no such thing' }));
  };
}

/** What a source tells until it has told so much, or fails. */
async function told(address: string, count: number, stallTimeoutMs = 1000): Promise<Observation[]> {
  const ending = new AbortController();
  const seen: Observation[] = [];
  const context = { ...sourceContext({ env: {}, image: { cacheDirectory: folder } }, ending.signal), stallTimeoutMs };
  try {
    const settings = { kind: 'docker' as const, name: 'liar', address, secrets: {} };
    for await (const each of inventorySources.docker.watch(settings, context)) {
      seen.push(each);
      if (seen.length === count) break;
    }
  } finally {
    ending.abort();
  }
  return seen;
}

describe('an engine that lies', () => {
  test('has wrong types taken for nothing, and times that cannot be for now', async () => {
    const container = {
      Id: id,
      Name: 7,
      Image: 'sha256:short',
      Created: 'the first day',
      State: { Running: true, StartedAt: '9999-01-01T00:00:00Z', ExitCode: 'none' },
      Config: { Image: {}, Env: 'PATH', Labels: ['a'], User: 0, Healthcheck: { Test: [1] } },
      HostConfig: { Privileged: 'yes', CapAdd: null },
      Mounts: [null, 1, { RW: 'no' }],
      NetworkSettings: { Ports: { '80/tcp': 'x', '81/tcp': [{ HostPort: 1 }] } },
    };
    const address = await engine(
      answering({
        '/info': [],
        '/containers/json': [{ Id: id }, { Id: '../../x' }, null, 4],
        [`/containers/${id}/json`]: container,
      }),
    );
    const [, all] = await told(address, 2);
    if (all?.kind !== 'all') throw new Error('no list');
    expect(
      all.containers.map(({ name, imageIds, imageName, labels }) => ({ name, imageIds, imageName, labels })),
    ).toEqual([{ name: 'c'.repeat(12), imageIds: [], imageName: '', labels: {} }]);
    expect(all.containers[0]!.since.getTime()).toBeLessThanOrEqual(Date.now());
  });

  test.each<[string, (path: string, response: ServerResponse) => void, string]>([
    ['a list that is none', answering({ '/info': {}, '/containers/json': { Id: id } }), 'bad-source-answer'],
    ['JSON that is none', (_, response) => void response.end('{"a":'), 'bad-source-answer'],
    ['JSON without floor', (_, response) => void response.end('['.repeat(100_000)), 'bad-source-answer'],
    [
      'another error',
      (_, response) => void response.writeHead(500).end('{"message":"\u001b[31mno"}'),
      'bad-source-answer',
    ],
    ['silence', () => undefined, 'engine-unreachable'],
    ['a hang-up', (_, response) => void response.destroy(), 'engine-unreachable'],
    ['a flood', flood, 'too-large'],
  ])('is given up for %s', async (_, answer, code) => {
    await expect(told(await engine(answer), 3)).rejects.toMatchObject({ code });
  });

  test('is given up for an answer that drips, and for an event without end', async () => {
    const drip = await engine((_, response) => {
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    });
    await expect(told(drip, 1, 200)).rejects.toMatchObject({ code: 'engine-unreachable' });
    const endless = await engine(
      answering({ '/info': {}, '/containers/json': [], '/version': {} }, Buffer.alloc(2 << 20, 'a')),
    );
    await expect(told(endless, 3)).rejects.toMatchObject({ code: 'bad-source-answer' });
  });

  test('cannot make a container of another one by what an inspection is about', async () => {
    const address = await engine(
      answering({
        '/info': {},
        '/containers/json': [{ Id: id }],
        [`/containers/${id}/json`]: { Id: 'd'.repeat(64), State: { Running: true } },
      }),
    );
    expect((await told(address, 2))[1]).toEqual({ kind: 'all', containers: [], ended: [] });
  });

  test('is read without falling over, whatever it says', async () => {
    const anything = fc.jsonValue({ maxDepth: 4 });
    let now: Answers = {};
    const address = await engine((path, response) => answering(now)(path, response));
    await fc.assert(
      fc.asyncProperty(anything, anything, anything, async (info, state, config) => {
        now = {
          '/info': info ?? {},
          '/containers/json': [{ Id: id }],
          [`/containers/${id}/json`]: {
            Id: id,
            State: state,
            Config: config,
            HostConfig: state,
            Mounts: config,
            NetworkSettings: { Ports: state },
          },
        };
        expect((await told(address, 2))[1]).toMatchObject({ kind: 'all' });
      }),
      { ...fuzz(100) },
    );
  });
});

function flood(path: string, response: ServerResponse): void {
  if (path === '/info') return void response.end('{}');
  if (path === '/events') return response.flushHeaders();
  const piece = Buffer.alloc(1 << 20, ' ');
  const more = (): void => {
    while (!response.destroyed) if (!response.write(piece)) return void response.once('drain', more);
  };
  more();
}
