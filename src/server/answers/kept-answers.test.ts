import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresServers } from '../../../test/make/postgres.ts';
import { ChangeCounts, noteHost, openStore, type Store } from '../../server-store/index.ts';
import { KeptAnswers } from './kept-answers.ts';
import { Turns } from './turns.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
});
afterAll(() => store?.close());

let hosts = 0;
const change = (): Promise<number> => noteHost(store, { kind: 'docker', name: `node-${hosts++}` }, new Date());
const keeper = (mostBytes = 1000, nowMs?: () => number) => new KeptAnswers(new ChangeCounts(store), mostBytes, nowMs);
const places = { kinds: ['places'] as const };

/** Gives 1, 2, 3: how often it was made. */
function counter(bytes = 1): { readonly make: () => Promise<number>; readonly bytesOf: () => number } {
  let made = 0;
  return { make: async () => Promise.resolve(++made), bytesOf: () => bytes };
}

test('a value is given again until what it is made of changes, whoever changed it', async () => {
  const answers = keeper();
  const how = counter();
  const ask = (): Promise<number> => answers.of('a', places, how);
  expect([await ask(), await ask()]).toEqual([1, 1]);
  const other = await openStore({ databaseUrl: await postgresServers[0]!.freshDatabase() });
  await noteHost(other, { kind: 'docker', name: 'elsewhere' }, new Date());
  await other.close();
  expect(await ask()).toBe(1);
  await change();
  expect(await ask()).toBe(2);
  expect(await answers.of('a', { ...places, outside: 'another file' }, how)).toBe(3);
});

test('one that was begun before a change is not given to who asks after it', async () => {
  const answers = keeper();
  let finish: (value: string) => void = () => undefined;
  const how = { make: () => new Promise<string>((resolve) => (finish = resolve)), bytesOf: () => 1 };
  const before = answers.of('a', places, how);
  await sleep(20);
  await change();
  const after = answers.of('a', places, { ...how, make: async () => Promise.resolve('new') });
  finish('old');
  expect([await before, await after]).toEqual(['old', 'new']);
  expect(await answers.of('a', places, how)).toBe('new');
});

test('many that ask at once wait for one; what fails is told to them all, and tried again', async () => {
  const answers = keeper();
  const how = counter();
  expect(await Promise.all(Array.from({ length: 20 }, () => answers.of('a', places, how)))).toEqual(Array(20).fill(1));
  let tries = 0;
  const failing = { make: () => Promise.reject(new Error(`try ${++tries}`)), bytesOf: () => 1 };
  const asked = await Promise.allSettled([answers.of('b', places, failing), answers.of('b', places, failing)]);
  expect(asked.map((each) => each.status)).toEqual(['rejected', 'rejected']);
  await expect(answers.of('b', places, failing)).rejects.toThrow('try 2');
  expect(await answers.of('b', places, counter())).toBe(1);
});

test('one that goes by the clock is made anew when its time is over', async () => {
  let now = 0;
  const answers = keeper(1000, () => now);
  const how = counter();
  const ask = (): Promise<number> => answers.of('a', { ...places, forMs: 1000 }, how);
  expect([await ask(), await ask()]).toEqual([1, 1]);
  now = 999;
  expect(await ask()).toBe(1);
  now = 1000;
  expect(await ask()).toBe(2);
});

test('they take no more room than they may: what was not asked for longest goes', async () => {
  const answers = keeper(1000);
  const hows = new Map(['a', 'b', 'c', 'd'].map((key) => [key, counter(400)]));
  const ask = (key: string): Promise<number> => answers.of(key, places, hows.get(key)!);
  for (const key of ['a', 'b', 'a', 'c']) await ask(key);
  expect(answers.bytes).toBeLessThanOrEqual(1000);
  expect([await ask('a'), await ask('c'), await ask('b')]).toEqual([1, 1, 2]);
  // One that is larger than all may be is given, and not kept.
  expect(await answers.of('e', places, counter(5000))).toBe(1);
  expect(answers.bytes).toBeLessThanOrEqual(1000);
});

test('what takes long is made two at a time, and what does not waits for none of it', async () => {
  const answers = keeper();
  const ends: (() => void)[] = [];
  const long = (key: string): Promise<string> =>
    answers.of(key, places, {
      make: () => new Promise((resolve) => ends.push(() => resolve(key))),
      bytesOf: () => 1,
      isLong: true,
    });
  const asked = ['a', 'b', 'c'].map(long);
  expect(await answers.of('quick', places, counter())).toBe(1);
  expect(ends.length).toBe(2);
  ends[0]!();
  expect(await asked[0]).toBe('a');
  await sleep(0);
  expect(ends.length).toBe(3);
  ends.forEach((end) => end());
  expect(await Promise.all(asked)).toEqual(['a', 'b', 'c']);
});

test('a turn is handed on however work ends', async () => {
  const turns = new Turns(1);
  const done: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    await sleep(1);
    done.push(name);
    if (name === 'b') throw new Error('b fails');
  };
  const all = await Promise.allSettled(['a', 'b', 'c'].map((name) => turns.run(work(name))));
  expect([done, all.map(({ status }) => status)]).toEqual([
    ['a', 'b', 'c'],
    ['fulfilled', 'rejected', 'fulfilled'],
  ]);
});
