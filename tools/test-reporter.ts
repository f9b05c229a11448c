import fs from 'node:fs';
import path from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Counts test results and gathers why tests were skipped, for tools/test.ts. */
class ResultsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0, reasons: {} as Record<string, string[]> };
    for (const module of modules) {
      // A file that could not even be loaded has no tests to count.
      if (module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) count(test, counts);
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed++;
    }
    const file = path.resolve(import.meta.dirname, '../node_modules/.cache/test-results.json');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(counts));
  }
}

function count(
  test: TestCase,
  counts: { passed: number; failed: number; skipped: number; reasons: Record<string, string[]> },
): void {
  const result = test.result();
  if (result.state === 'passed') counts.passed++;
  else if (result.state === 'failed') counts.failed++;
  else {
    counts.skipped++;
    const reason = (result.state === 'skipped' ? result.note : undefined) ?? 'as its name says';
    (counts.reasons[reason] ??= []).push(`${path.relative(process.cwd(), test.module.moduleId)}: ${test.fullName}`);
  }
}

export default ResultsReporter;
