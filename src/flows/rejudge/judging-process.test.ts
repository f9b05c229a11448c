import { spawnSync } from 'node:child_process';
import { getPriority } from 'node:os';
import { expect, test } from 'vitest';
import { JudgingProcess } from './judging-process.ts';

/** Answers as the program does, and tells of itself what it is told. */
const program = `
  const { getPriority } = require('node:os');
  const { existsSync, readFileSync } = require('node:fs');
  const group = '/proc/self/autogroup';
  require('node:readline').createInterface({ input: process.stdin }).on('line', () => {
    const error = { code: 'told', message: [getPriority(), existsSync(group) ? readFileSync(group, 'latin1').trim() : ''].join(' ') };
    console.log(JSON.stringify({ error }));
  });
`;

test('judging gives way to what answers requests: within its session, and among sessions where kernels count those first', async () => {
  const judging = new JudgingProcess({
    program: [process.execPath, '-e', program, '--'],
    store: { databaseUrl: 'postgres://nowhere.example' },
    databasePath: 'none',
    env: process.env,
  });
  const told = await judging.run().catch((error: unknown) => (error as Error).message);
  await judging.close();
  // Asked in a session of its own: this one may be the first of the machine, which has no group though the kernel makes them.
  const hasGroups =
    spawnSync('setsid', ['--wait', 'cat', '/proc/self/autogroup'], { encoding: 'latin1' }).stdout.trim() !== '';
  expect(told).toMatch(hasGroups ? /^10 \/autogroup-\d+ nice 10$/ : /^10 $/);
  expect(getPriority()).toBeLessThan(10);
});
