import { existsSync, readFileSync } from 'node:fs';
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
  const group = '/proc/self/autogroup';
  const told = await judging.run().catch((error: unknown) => (error as Error).message);
  await judging.close();
  const hasGroups = existsSync(group) && readFileSync(group, 'latin1').trim() !== '';
  expect(told).toMatch(hasGroups ? /^10 \/autogroup-\d+ nice 10$/ : /^10 $/);
  expect(getPriority()).toBeLessThan(10);
});
