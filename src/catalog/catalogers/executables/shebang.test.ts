import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseShebang } from './shebang.ts';

const parse = (text: string): unknown => parseShebang(Buffer.from(text, 'latin1'));

test.each([
  ['#!/bin/sh\n', { interpreter: '/bin/sh' }],
  ['#!/bin/sh', { interpreter: '/bin/sh' }],
  ['#! \t /bin/sh \t \nrest', { interpreter: '/bin/sh' }],
  ['#!/usr/bin/env python3\n', { interpreter: '/usr/bin/env', argument: 'python3' }],
  ['#!/usr/bin/env -S node --a  --b \n', { interpreter: '/usr/bin/env', argument: '-S node --a  --b' }],
  ['#!/usr/bin/perl\t-w\t\n', { interpreter: '/usr/bin/perl', argument: '-w' }],
  ['#!/bin/sh\r\n', { interpreter: '/bin/sh\r' }],
  ['#!/bin/sh -e\r\n', { interpreter: '/bin/sh', argument: '-e\r' }],
  ['#!/bin/sh\0 -x\n', { interpreter: '/bin/sh' }],
  ['#!/bin/sh -x\0y\n', { interpreter: '/bin/sh', argument: '-x' }],
  ['#!bin/tool\n', { interpreter: 'bin/tool' }],
  ['#!', undefined],
  ['#!\n', undefined],
  ['#!  \t \n/bin/sh\n', undefined],
  [`#!${' '.repeat(300)}`, undefined],
  [`#!/${'a'.repeat(252)}\n`, { interpreter: `/${'a'.repeat(252)}` }],
  [`#!/${'a'.repeat(254)}\n`, undefined],
  [`#!/bin/sh ${'b'.repeat(300)}\n`, { interpreter: '/bin/sh', argument: 'b'.repeat(245) }],
  ['no', undefined],
])('%j is read as the kernel reads it', (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

const runs = process.platform === 'linux' && existsSync('/bin/echo');

describe.skipIf(!runs)('the running kernel agrees (skipped where it is not Linux)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'plimsoll-script-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([
    '#!/bin/echo\n',
    '#!/bin/echo',
    '#! \t/bin/echo  a  b \t \nx',
    '#!/bin/echo a\tb\t\n',
    '#!/bin/echo a\r\n',
    '#!/bin/echo a\0b\n',
    `#!/bin/echo ${'b'.repeat(300)}\n`,
    `#!/bin/echo ${'b'.repeat(242)}\n`,
    `#!/bin/echo ${'b'.repeat(243)}\n`,
    `#!${' '.repeat(240)}/bin/echo\n`,
    `#!${' '.repeat(244)}/bin/echo\n`,
    `#!${' '.repeat(244)}/bin/echo x`,
  ])('on %j', (text) => {
    const script = join(folder, 'script');
    writeFileSync(script, text, { mode: 0o755 });
    const parsed = parseShebang(Buffer.from(text, 'latin1'));
    const out = spawnSync(script, [], { encoding: 'latin1' });
    const words =
      parsed === undefined ? undefined : [...(parsed.argument === undefined ? [] : [parsed.argument]), script];
    expect({ ran: out.stdout.length > 0, said: out.stdout.replace(/\n$/, '') }).toEqual({
      ran: words !== undefined,
      said: words?.join(' ') ?? '',
    });
  });
});
