import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { makeRecord, type RecordStub } from '../../../test/make/record.ts';
import { bodiesOf, keepRecord, noteContainers, noteHost, openStore, type Store } from '../../server-store/index.ts';
import { broughtByImage } from './brought-programs.ts';

const now = new Date('2026-11-27T00:00:00Z');
const executable = (path: string, more: object = {}) => ({ place: { path, owner: 'app', ...more }, links: [] });

describe('a command that is started in a container', () => {
  let store: Store;
  const digest = (letter: string) => `sha256:${letter.repeat(64)}` as never;
  beforeAll(async () => {
    store = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
    const host = await noteHost(store, { kind: 'docker', name: 'node-7' }, now);
    const containers = ['a', 'b', 'c'].map((letter) => ({
      ...{ id: letter, name: letter, imageIds: [digest(letter)], imageName: 'shop/cart:1', since: now },
    }));
    await noteContainers(store, host, { containers, now });
    const keep = async (letter: string, stub: RecordStub, configuration: object = {}): Promise<void> => {
      const made = makeRecord(stub);
      const image = {
        ...made.image,
        digest: digest(letter),
        configuration: { ...made.image.configuration, ...configuration },
      };
      await keepRecord(store, bodiesOf(store), { record: { ...made, image }, name: 'shop/cart:1', now });
    };
    const executables = [
      { ...executable('/usr/bin/dash'), links: ['/usr/bin/sh'] },
      executable('/srv/app/run'),
      executable('/srv/tools/helper'),
      executable('/usr/bin/curl', { deletedIn: 3 }),
    ];
    await keep('a', { executables }, { env: ['PATH=/usr/bin:/srv/app'], workingDir: '/srv/app' });
    const problems = [{ code: 'broken-tar', message: 'the archive ends early', source: 'layers', hides: 'all' }];
    await keep('b', { executables, problems });
  });
  afterAll(() => store?.close());
  const asked = (id: string, command: string) => broughtByImage(store, { host: 'node-7', id }, command);

  test.each([
    ['/usr/bin/dash -c true', 'yes'],
    ['sh -c "curl x"', 'yes'],
    // Where /bin is a link to /usr/bin, as in most distributions.
    ['/bin/sh', 'yes'],
    ['./run --once', 'yes'],
    ['run', 'yes'],
    // It has one of that name elsewhere, and directories may be links.
    ['/opt/helper', 'cannot tell'],
    ['helper', 'cannot tell'],
    ['/tmp/miner', 'no'],
    ['../../tmp/miner', 'no'],
    // A layer deleted it: nothing that runs can start it.
    ['curl http://x', 'no'],
    ['', 'cannot tell'],
  ])('%j: its image brought the program: %s', async (command, brought) => {
    expect(await asked('a', command)).toBe(brought);
  });

  test('can not be told of an image that could not be read whole, has no record, or of no container', async () => {
    expect([
      await asked('b', '/tmp/miner'),
      await asked('b', '/usr/bin/dash'),
      await asked('c', '/usr/bin/dash'),
      await asked('d', '/usr/bin/dash'),
      await broughtByImage(store, { host: 'node-8', id: 'a' }, '/usr/bin/dash'),
    ]).toEqual(['cannot tell', 'yes', 'cannot tell', 'cannot tell', 'cannot tell']);
  });
});
