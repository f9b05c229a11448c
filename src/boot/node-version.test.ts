import fs from 'node:fs';
import { expect, test } from 'vitest';
import { complaintAbout } from './node-version.ts';

test('a Node that is too old is named, with where it is and what to do', () => {
  expect(complaintAbout('20.20.2', '/usr/bin/node'))
    .toBe(`plimsoll: this is Node 20.20.2 (/usr/bin/node), and Plimsoll needs Node 24 or later
  in a checkout, "npx plimsoll" and "npm start --" bring their own
`);
});

test.each(['24.0.0', '24.9.0', '100.1.0'])('Node %s will do', (version) => {
  expect(complaintAbout(version, '/usr/bin/node')).toBeUndefined();
});

test('package.json asks for the same', () => {
  const { engines } = JSON.parse(fs.readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toBe('>=24');
});
