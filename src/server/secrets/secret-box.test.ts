import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openSecretBox } from './secret-box.ts';

const folders: string[] = [];
const folder = (): string => {
  folders.push(mkdtempSync(join(tmpdir(), 'plimsoll-secrets-')));
  return folders.at(-1)!;
};
afterAll(() => folders.forEach((each) => rmSync(each, { recursive: true })));

test('opens what it has sealed, for the same purpose alone, and only with its own key', () => {
  const place = folder();
  const box = openSecretBox(place);
  const sealed = box.seal('pässword', 'source token');
  expect(sealed).not.toBe(box.seal('pässword', 'source token'));
  expect(openSecretBox(place).open(sealed, 'source token')).toBe('pässword');
  const altered = `${sealed.slice(0, -2)}${sealed.endsWith('A') ? 'B' : 'A'}${sealed.at(-1)}`;
  for (const open of [
    () => box.open(sealed, 'source password'),
    () => box.open(altered, 'source token'),
    () => box.open('v1.', 'source token'),
    () => openSecretBox(folder()).open(sealed, 'source token'),
  ])
    expect(open).toThrow(/can't be read/);
  expect(statSync(join(place, 'secrets.key')).mode & 0o777).toBe(0o600);
});
