import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readDockerfile } from './build-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-place-'));
afterAll(() => rmSync(folder, { recursive: true }));
const source = join(folder, 'source');
mkdirSync(join(source, 'in'), { recursive: true });
writeFileSync(join(folder, 'outside'), 'FROM secret\n');
writeFileSync(join(source, 'Dockerfile'), 'FROM scratch\n');
symlinkSync('../outside', join(source, 'link'));
symlinkSync('..', join(source, 'in/up'));
symlinkSync('../..', join(source, 'in/out'));

test.each([
  [{ context: '.', dockerfile: 'Dockerfile' }, undefined],
  [{ context: 'in', dockerfile: 'in/up/Dockerfile' }, undefined],
  [{ context: '.', dockerfile: 'link' }, 'leads-out'],
  [{ context: '.', dockerfile: 'in/out/outside' }, 'leads-out'],
  [{ context: 'in/out', dockerfile: 'Dockerfile' }, 'leads-out'],
  [{ context: '.', dockerfile: 'none' }, 'dockerfile-missing'],
  [{ context: '.', dockerfile: 'in' }, 'dockerfile-missing'],
])('%j: %s', (place, code) => {
  let thrown: unknown;
  try {
    expect(readDockerfile(source, place)).toBe('FROM scratch\n');
  } catch (error) {
    thrown = error;
  }
  expect((thrown as { code?: string } | undefined)?.code).toBe(code);
});
