import fc from 'fast-check';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Place } from '../cli/plimsoll.ts';
import { buildImage } from '../make/image-builder.ts';
import { writeDockerArchive, writeLayout, writeOciArchive } from '../make/image-files.ts';
import { type Outcome, scanHostile, soundFiles } from './hostile-image.ts';

const place = new Place();
afterAll(() => place.remove());

const image = buildImage({
  layers: [
    { files: soundFiles },
    { files: { '/app/package.json': '{"name":"app","version":"1.0.0"}' }, compression: 'zstd' },
    { files: { '/app/.wh.package.json': '' }, compression: 'none' },
  ],
  config: { User: '65532' },
});
const writers = {
  'docker-save, old': (file: string) => writeDockerArchive(file, image),
  'docker-save, new': (file: string) => writeDockerArchive(file, image, { style: 'modern' }),
  'OCI archive': (file: string) => writeOciArchive(file, image),
};

/** Sound bytes give this; broken ones give it too where the break is in a byte that means nothing. */
let sound: Map<string, string>;
const contentOf = (outcome: Outcome): string => (outcome.kind === 'record' ? JSON.stringify(outcome.record) : '');

beforeAll(async () => {
  sound = new Map();
  for (const [name, write] of Object.entries(writers)) {
    const outcome = await scanHostile(place, write(place.at(`${name}.tar`)));
    sound.set(name, contentOf(outcome));
    expect(outcome.kind === 'record' && outcome.verdict.result).toBe('pass');
  }
});

/** Either an error that names the input, or something unread that stops it, or just what the sound input says. */
function expectNoLie(outcome: Outcome, input: string, truth: string): void {
  if (outcome.kind === 'error') {
    expect(outcome.message).toContain(input.slice(place.path.length + 1, -4));
    expect(outcome.code).toMatch(/^[a-z]+(?:-[a-z]+)+$/);
  } else if (outcome.verdict.result === 'pass') expect(contentOf(outcome)).toBe(truth);
}

describe.each(Object.entries(writers))('%s', (name, write) => {
  const file = place.at(`${name} broken.tar`);
  const whole = readFileSync(write(place.at(`${name} whole.tar`)));

  test('is never taken for a whole image when it is cut short', async () => {
    const errors = new Set<string>();
    for (let length = 0; length < whole.length; length += 509) {
      writeFileSync(file, whole.subarray(0, length));
      const outcome = await scanHostile(place, `archive:${file}`);
      expectNoLie(outcome, file, sound.get(name)!);
      if (outcome.kind === 'error') errors.add(outcome.code);
    }
    expect([...errors].sort()).toContain('bad-archive');
  });

  test('is never taken for another image when bits are flipped', async () => {
    const flip = fc.tuple(fc.nat(whole.length - 1), fc.nat(7));
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { minLength: 1, maxLength: 4 }), async (flips) => {
        const broken = Buffer.from(whole);
        for (const [at, bit] of flips) broken[at]! ^= 1 << bit;
        writeFileSync(file, broken);
        expectNoLie(await scanHostile(place, `archive:${file}`), file, sound.get(name)!);
      }),
      { seed: 1912, numRuns: 150 },
    );
  });

  test('packed with gzip and cut short or flipped says so', async () => {
    const packed = gzipSync(whole);
    for (let at = 12; at < packed.length; at += Math.ceil(packed.length / 24)) {
      writeFileSync(file, packed.subarray(0, at));
      const cut = await scanHostile(place, `archive:${file}`);
      expect(cut).toMatchObject({ kind: 'error', code: 'bad-archive' });
      const flipped = Buffer.from(packed);
      flipped[at]! ^= 0x10;
      writeFileSync(file, flipped);
      expectNoLie(await scanHostile(place, `archive:${file}`), file, sound.get(name)!);
    }
  });
});

describe('an OCI layout', () => {
  const folder = writeLayout(place.at('layout'), image);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  );

  test.each(files)('tells that %s is cut short, flipped, empty or gone', async (name) => {
    const bytes = readFileSync(join(folder, name));
    const broken = [
      Buffer.alloc(0),
      bytes.subarray(0, bytes.length >> 1),
      bytes.subarray(0, bytes.length - 1),
      Buffer.concat([bytes, bytes]),
      ...[0.1, 0.5, 0.9].map((part) => {
        const copy = Buffer.from(bytes);
        copy[Math.floor(copy.length * part)]! ^= 1;
        return copy;
      }),
    ];
    const whole = contentOf(await scanHostile(place, `layout:${folder}`));
    const other = place.at('layout-copy');
    for (const bad of broken) {
      cpSync(folder, other, { recursive: true });
      writeFileSync(join(other, name), bad);
      const outcome = await scanHostile(place, `layout:${other}`);
      if (outcome.kind === 'error') expect(outcome.message).toMatch(/layout-copy|sha256:/);
      else if (outcome.verdict.result === 'pass') expect(contentOf(outcome)).toBe(whole);
    }
  });
});

test('a file that is no archive at all is named, whatever it begins with', async () => {
  const heads = [
    '',
    '\0'.repeat(4096),
    '\x1f\x8b',
    '\x28\xb5\x2f\xfd',
    'BZh9',
    '\xfd7zXZ\0',
    '#!/bin/sh\n',
    'PK\x03\x04',
  ];
  const codes: string[] = [];
  for (const head of heads) {
    const file = place.at('odd.bin');
    writeFileSync(file, Buffer.from(head, 'latin1'));
    const outcome = await scanHostile(place, file);
    expect(outcome).toMatchObject({ kind: 'error' });
    if (outcome.kind === 'error') codes.push(outcome.code);
  }
  expect(codes).toEqual([
    'unknown-input',
    'unknown-input',
    'bad-archive',
    'unknown-input',
    'unsupported-archive',
    'unsupported-archive',
    'unknown-input',
    'unknown-input',
  ]);
});
