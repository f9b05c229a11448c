import { execFileSync, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';

/**
 * `npm run fuzz [TIMES [FILES…]]`: the property tests with a new seed and TIMES as many runs (20 unless said). Prints the seed; a
 * failure is found again with PLIMSOLL_FUZZ_SEED=…
 */

const root = path.resolve(import.meta.dirname, '..');
const [times = '20', ...files] = process.argv.slice(2);
const seed = process.env['PLIMSOLL_FUZZ_SEED'] ?? String(randomInt(2 ** 31));
const fuzzed =
  files.length > 0
    ? files
    : execFileSync('grep', ['-rlE', '--include=*.test.ts', 'fuzz\\(|forBrokenCopies', 'src', 'test'], {
        cwd: root,
        encoding: 'utf8',
      })
        .trim()
        .split('\n');

process.stdout.write(`seed ${seed}, ${times} times the usual runs, ${fuzzed.length} files\n`);
const { status } = spawnSync('vitest', ['run', '--testTimeout=3600000', ...fuzzed], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, PLIMSOLL_FUZZ_SEED: seed, PLIMSOLL_FUZZ_TIMES: times },
});
if (status !== 0) process.stdout.write(`again with PLIMSOLL_FUZZ_SEED=${seed} npm run fuzz ${times}\n`);
process.exitCode = status ?? 1;
