import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const inputs = ['src', 'web', 'tools/build.ts', 'package.json', 'package-lock.json', 'node_modules/.plimsoll-lock'];
const results = ['dist/plimsoll.js', 'web/dist/index.html'];

/** Names, sizes and times of all that the build reads. */
export function buildState(root: string): string {
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

/** Where a build keeps the state that it was made from. */
export function buildStamp(root: string): string {
  return path.join(root, 'dist/.built-from');
}

/** Whether what was built is there and is of the sources as they are. */
export function isBuilt(root: string): boolean {
  const stamp = buildStamp(root);
  return (
    results.every((file) => fs.existsSync(path.join(root, file))) &&
    fs.existsSync(stamp) &&
    fs.readFileSync(stamp, 'utf8') === buildState(root)
  );
}
