import { expect, test } from 'vitest';
import { fullName, parseReference } from './reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.each([
  ['debian', 'docker.io/library/debian:latest'],
  ['debian:12', 'docker.io/library/debian:12'],
  ['team/app', 'docker.io/team/app:latest'],
  ['index.docker.io/library/debian', 'docker.io/library/debian:latest'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app:1', 'localhost:5000/app:1'],
  ['127.0.0.1:5000/a/b/c:v1.2_3-4', '127.0.0.1:5000/a/b/c:v1.2_3-4'],
  ['[::1]:5000/app', '[::1]:5000/app:latest'],
  ['Registry.Example.com/app', 'registry.example.com/app:latest'],
  [`app@${digest}`, `docker.io/library/app@${digest}`],
  [`ghcr.io/o/app:1@${digest}`, `ghcr.io/o/app:1@${digest}`],
])('%s means %s', (text, full) => {
  expect(fullName(parseReference(text))).toBe(full);
});

test.each([
  '',
  'App',
  'a//b',
  'a/',
  '/a',
  'a:',
  'a:b:c',
  'a@sha256:12',
  'a@md5:00',
  'a b',
  '../a',
  'a/../b',
  'a?b',
  'a#b',
  'a:-x',
  'ex ample.com/a',
  'x'.repeat(2000),
  'a\u0000',
  'a\nb',
])('%j is no reference', (text) => {
  expect(() => parseReference(text)).toThrow(
    expect.objectContaining({ code: 'bad-reference', kind: 'usage' }) as Error,
  );
});
