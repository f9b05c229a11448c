/**
 * How fast text is searched for credentials, against floors on the same bytes in the same run: copying them, making the
 * string that a regular expression would need, and looking for a single keyword.
 *
 *     node bench/secrets.ts [DIRECTORY…]     default: /usr/lib/python3 /usr/share/doc node_modules
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { secrets } from '../src/catalog/catalogers/secrets/index.ts';
import { KeywordFilter } from '../src/catalog/catalogers/secrets/filter/keyword-filter.ts';
import { secretKeywords } from '../src/catalog/catalogers/secrets/secret-scanner.ts';
import { bytesSource, imagePath } from '../src/model/index.ts';

const maxTextBytes = 400e6;
const maxFileBytes = 50e6;

function texts(directories: readonly string[]): { path: string; bytes: Buffer }[] {
  const found: { path: string; bytes: Buffer }[] = [];
  let total = 0;
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && total < maxTextBytes && statSync(path).size < maxFileBytes) {
        const bytes = readFileSync(path);
        if (bytes.length === 0 || bytes.subarray(0, 8000).includes(0)) continue;
        total += bytes.length;
        found.push({ path, bytes });
      }
    }
  };
  for (const directory of directories) walk(resolve(directory));
  return found;
}

const directories = process.argv.slice(2);
const files = texts(directories.length > 0 ? directories : ['/usr/lib/python3', '/usr/share/doc', 'node_modules']);
const megabytes = files.reduce((sum, { bytes }) => sum + bytes.length, 0) / 1e6;
console.log(`${files.length} text files, ${megabytes.toFixed(0)} MB`);

/** The best of five, so that what else the machine does counts least. */
function measure(name: string, work: (file: { path: string; bytes: Buffer }) => number): void {
  let best = Infinity;
  let count = 0;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    count = 0;
    for (const file of files) count += work(file);
    best = Math.min(best, performance.now() - start);
  }
  console.log(`${name.padEnd(44)} ${((megabytes / best) * 1e3).toFixed(0).padStart(6)} MB/s   ${count}`);
}

const scratch = Buffer.alloc(64 << 20);
const filter = new KeywordFilter(secretKeywords());
const slow = new KeywordFilter(secretKeywords(), { wasm: false });
const hitsOf = (by: KeywordFilter, bytes: Buffer): number => {
  let hits = 0;
  by.scan(bytes, () => hits++);
  return hits;
};
measure('floor: copying', ({ bytes }) => bytes.copy(scratch));
measure('floor: a Latin-1 string', ({ bytes }) => bytes.toString('latin1').length);
measure('floor: one keyword, Buffer.includes', ({ bytes }) => Number(bytes.includes('github_pat_')));
measure(`filter, ${secretKeywords().length} keywords`, ({ bytes }) => hitsOf(filter, bytes));
measure('filter without vectors', ({ bytes }) => hitsOf(slow, bytes));
measure('whole cataloger: items', ({ path, bytes }) => {
  const file = {
    path: imagePath(path),
    sizeBytes: bytes.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    head: bytes.subarray(0, 8192),
    content: bytesSource(bytes),
  };
  return secrets.catalog(file).items.length;
});
