import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { CodedError } from '../../src/model/index.ts';
import { runChild } from './run-child.ts';
import { say, type StartWorld } from './world.ts';

const inputs = ['src', 'web', 'tools/build.ts', 'package.json', 'package-lock.json', 'node_modules/.plimsoll-lock'];
const results = ['dist/plimsoll.js', 'web/dist/index.html'];

/** Builds the program and its pages where they are missing or their sources have changed. Gives the program's file. */
export async function buildOnce(world: StartWorld): Promise<string> {
  const { root } = world;
  const program = path.join(root, 'dist/plimsoll.js');
  const stamp = path.join(root, 'dist/.built-from');
  const now = stateOf(root);
  const isBuilt = results.every((file) => fs.existsSync(path.join(root, file)));
  if (isBuilt && fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === now) return program;
  say('building the program and its pages (again only when the sources change)');
  fs.rmSync(stamp, { force: true });
  const status = await runChild(process.execPath, ['tools/build.ts'], { ...world, output: 'quiet' });
  world.signal.throwIfAborted();
  if (status !== 0) throw new CodedError('build-failed', `tools/build.ts ended with ${status}`);
  fs.writeFileSync(stamp, now);
  return program;
}

/** Names, sizes and times of all that the build reads. */
function stateOf(root: string): string {
  const hash = createHash('sha256');
  const add = (place: string): void => {
    const stat = fs.statSync(path.join(root, place), { throwIfNoEntry: false });
    if (stat === undefined || place === path.join('web', 'dist')) return;
    if (!stat.isDirectory()) return void hash.update(`${place} ${stat.size} ${stat.mtimeMs}\n`);
    for (const name of fs.readdirSync(path.join(root, place)).sort()) add(path.join(place, name));
  };
  inputs.forEach(add);
  return hash.digest('hex');
}
