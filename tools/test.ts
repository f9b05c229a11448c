import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * `npm test`: installs what the tests need, checks the sources, builds the bundle, runs every test and closes with
 * `N passed, N failed, N skipped`. Words behind `npm test --` go to the test runner.
 */

const root = path.resolve(import.meta.dirname, '..');
const results = path.join(root, 'node_modules/.cache/test-results.json');
const words = process.argv.slice(2);

run('setup', 'node', 'tools/setup.ts');
const checks = words.length > 0 ? 0 : run('check', 'node', 'tools/check.ts');
const build = run('build', 'node', 'tools/build.ts');

fs.rmSync(results, { force: true });
run('tests', 'vitest', 'run', '--reporter=default', '--reporter=./tools/test-reporter.ts', ...words);

const counts = fs.existsSync(results)
  ? (JSON.parse(fs.readFileSync(results, 'utf8')) as {
      passed: number;
      failed: number;
      skipped: number;
      reasons: Record<string, string[]>;
    })
  : { passed: 0, failed: 1, skipped: 0, reasons: {} };
for (const [reason, tests] of Object.entries(counts.reasons)) {
  process.stdout.write(`skipped, ${reason}:\n`);
  for (const name of tests) process.stdout.write(`  ${name}\n`);
}
// A check or build that failed counts as a failed test: it must never hide behind passing ones.
const failed = counts.failed + (checks === 0 ? 0 : 1) + (build === 0 ? 0 : 1);
process.stdout.write(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped\n`);
process.exitCode = failed === 0 && counts.passed > 0 ? 0 : 1;

function run(name: string, command: string, ...args: string[]): number {
  process.stdout.write(`\n── ${name}\n`);
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (error !== undefined) process.stdout.write(`${error.message}\n`);
  return status ?? 1;
}
