import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDataPlace } from './data-place.ts';
import { verbEnv } from './run-verb.ts';

let root: string;
beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'plim-place-'));
  fs.chmodSync(root, 0o755);
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

/** Root's data lie below /var/lib. */
const isRoot = process.getuid?.() === 0;
const home = (): string => path.join(root, 'home');
const make = (checkout: string): string => {
  fs.mkdirSync(checkout, { recursive: true });
  return makeDataPlace({ root: checkout, env: { HOME: home(), XDG_DATA_HOME: path.join(root, 'share') } });
};

test('data lie in the checkout, and in the folder that PLIMSOLL_DATA names', () => {
  expect(make(path.join(root, 'a'))).toBe(path.join(root, 'a/.plimsoll'));
  const named = path.join(root, 'named');
  expect(makeDataPlace({ root, env: { PLIMSOLL_DATA: named } })).toBe(named);
});

test('a path too long for a socket leads elsewhere, the same place each time', () => {
  const checkout = path.join(root, 'x'.repeat(80));
  const place = make(checkout);
  try {
    const elsewhere = isRoot ? '/var/lib' : path.join(root, 'share');
    expect(place).toMatch(new RegExp(`^${elsewhere}/plimsoll/checkout-[0-9a-f]{8}$`));
    expect(make(checkout)).toBe(place);
  } finally {
    fs.rmSync(place, { recursive: true });
  }
});

test.runIf(isRoot)('for root, a checkout below a closed folder leads elsewhere', () => {
  const closed = path.join(root, 'closed');
  fs.mkdirSync(closed, { mode: 0o700 });
  const place = make(path.join(closed, 'checkout'));
  try {
    expect(place).toMatch(/^\/var\/lib\/plimsoll\/checkout-[0-9a-f]{8}$/);
    expect(fs.readlinkSync(path.join(closed, 'checkout/.plimsoll'))).toBe(place);
  } finally {
    fs.rmSync(place, { recursive: true });
  }
});

test('a command gets the data and advisories of npm start where there are some; what the user says comes first', () => {
  const data = path.join(root, '.plimsoll');
  expect(verbEnv({ root, env: { HOME: '/h' } })).toEqual({ HOME: '/h' });
  fs.mkdirSync(data);
  expect(verbEnv({ root, env: {} })).toEqual({ PLIMSOLL_DATA: data });
  fs.writeFileSync(path.join(data, 'advisories.db'), '');
  expect(verbEnv({ root, env: { PLIMSOLL_DB: '' } })).toEqual({
    PLIMSOLL_DATA: data,
    PLIMSOLL_DB: path.join(data, 'advisories.db'),
  });
  expect(verbEnv({ root, env: { PLIMSOLL_DB: '/mine.db', PLIMSOLL_DATA: data } })).toEqual({
    PLIMSOLL_DATA: data,
    PLIMSOLL_DB: '/mine.db',
  });
});
