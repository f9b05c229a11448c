import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CodeCache } from './code-cache.ts';

let folder: string;
let kept: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'plimsoll-boot-'));
  kept = path.join(folder, 'kept');
  fs.writeFileSync(
    path.join(folder, 'entry.js'),
    'const other=require("./other.js");exports.greet=name=>other.polite(name)+require("outside")+__filename.slice(-8);',
  );
  fs.writeFileSync(
    path.join(folder, 'other.js'),
    'exports.polite=name=>"good day, "+name;exports.again=require("./entry.js");',
  );
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** What a run of the program does, in a process of its own: loads its entry, uses it, keeps the code. */
function run(use = 'scan'): string {
  const here = (file: string): string => JSON.stringify(new URL(file, import.meta.url).href);
  const program = `
    import { CodeCache } from ${here('./code-cache.ts')};
    import { PieceLoader } from ${here('./piece-loader.ts')};
    const loader = new PieceLoader(${JSON.stringify(folder)}, new CodeCache(${JSON.stringify(kept)}, ${JSON.stringify(use)}), (id) => '<' + id + '>');
    process.stdout.write(loader.load('entry.js').greet('skipper'));
    loader.keep();`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
}

const said = 'good day, skipper<outside>entry.js';

describe('the loader of pieces', () => {
  test('loads pieces once, pieces that need each other too, and hands other names on', () => {
    expect(run()).toBe(said);
  });

  test('keeps compiled code for each use, anew once, and then leaves it alone', () => {
    run();
    expect(fs.readdirSync(kept).sort()).toEqual(['entry.js.scan', 'other.js.scan']);
    const generation = (): number => fs.readFileSync(path.join(kept, 'entry.js.scan')).at(-1)!;
    const before = generation();
    expect(run()).toBe(said);
    const file = fs.statSync(path.join(kept, 'entry.js.scan')).ino;
    expect([before, generation()]).toEqual([1, 2]);
    expect(run()).toBe(said);
    expect(fs.statSync(path.join(kept, 'entry.js.scan')).ino).toBe(file);
    run('help');
    run('../../elsewhere');
    expect(fs.readdirSync(kept).length).toBe(6);
    expect(fs.readdirSync(folder).sort()).toEqual(['entry.js', 'kept', 'other.js']);
  });

  test.each([
    ['empty', () => Buffer.alloc(0)],
    ['cut short', (bytes: Buffer) => bytes.subarray(0, 100)],
    ['damaged', (bytes: Buffer) => bytes.fill(0, 400, 500)],
  ])('compiles again what was kept and is %s', (_, damage) => {
    run();
    const file = path.join(kept, 'entry.js.scan');
    fs.writeFileSync(file, damage(fs.readFileSync(file)));
    expect(run()).toBe(said);
    expect(fs.readFileSync(file).at(-1)).toBe(1);
    expect(run()).toBe(said);
  });

  test('takes nothing from a folder that others may write, and keeps nothing there', () => {
    run();
    fs.chmodSync(kept, 0o777);
    const cache = new CodeCache(kept, 'scan');
    expect(cache.get('entry.js')).toBeUndefined();
    fs.rmSync(path.join(kept, 'entry.js.scan'));
    expect(run()).toBe(said);
    expect(fs.readdirSync(kept)).toEqual(['other.js.scan']);
  });

  test('forgets what no program has used for two months', () => {
    fs.mkdirSync(kept, { mode: 0o700 });
    for (const [name, days] of [
      ['old.js.scan', 61],
      ['new.js.scan', 59],
    ] as const) {
      const then = Date.now() / 1000 - days * 86_400;
      fs.writeFileSync(path.join(kept, name), 'x');
      fs.utimesSync(path.join(kept, name), then, then);
    }
    run();
    expect(fs.readdirSync(kept).sort()).toEqual(['entry.js.scan', 'new.js.scan', 'other.js.scan']);
  });

  test('runs where nothing can be kept', () => {
    fs.writeFileSync(kept, 'a file where the folder should be');
    expect(run()).toBe(said);
  });
});
