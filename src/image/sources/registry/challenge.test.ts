import { expect, test } from 'vitest';
import { parseChallenges } from './challenge.ts';

const read = (header: string): unknown =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

test('a challenge of Docker Hub is read', () => {
  expect(
    read(
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/debian:pull"',
    ),
  ).toEqual([
    [
      'bearer',
      { realm: 'https://auth.docker.io/token', service: 'registry.docker.io', scope: 'repository:library/debian:pull' },
    ],
  ]);
});

test('several challenges in one header are told apart', () => {
  expect(read('Basic realm="a, \\"b\\"" , charset=UTF-8, BEARER Realm = "https://x/t" ,service=s, Negotiate')).toEqual([
    ['basic', { realm: 'a, "b"', charset: 'UTF-8' }],
    ['bearer', { realm: 'https://x/t', service: 's' }],
    ['negotiate', {}],
  ]);
});

test('odd headers are read as far as they go', () => {
  expect(read('')).toEqual([]);
  expect(read('=')).toEqual([]);
  expect(read('Bearer realm="open')).toEqual([['bearer', { realm: 'open' }]]);
  expect(read('Bearer __proto__="x"')).toHaveLength(1);
  expect(read('"'.repeat(100_000))).toEqual([]);
});
