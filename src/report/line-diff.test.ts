import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz } from '../../test/make/fuzz.ts';
import { unifiedDiff } from './line-diff.ts';

const numbers = (count: number): string => Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('');

test('changes stand with three lines around them, far ones in hunks of their own', () => {
  const before = numbers(20);
  const after = before.replace('2\n', 'two\n').replace('18\n', '').replace('20\n', '20\n21\n');
  expect(unifiedDiff(before, after, 'list')).toBe(`--- list
+++ list
@@ -1,5 +1,5 @@
 1
-2
+two
 3
 4
 5
@@ -15,6 +15,6 @@
 15
 16
 17
-18
 19
 20
+21
`);
});

test('the same gives nothing, a missing last line end is told, and so is an empty side', () => {
  expect(unifiedDiff('a\n', 'a\n', 'f')).toBe('');
  expect(unifiedDiff('a', 'a\n', 'f')).toBe('--- f\n+++ f\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n');
  expect(unifiedDiff('', 'a\n', 'f')).toBe('--- f\n+++ f\n@@ -0,0 +1,1 @@\n+a\n');
});

test('texts that differ too much are shown whole', () => {
  const diff = unifiedDiff(numbers(1500), numbers(3000).slice(10_000), 'f');
  expect(diff.split('\n').length).toBeGreaterThan(1500);
});

test('every line of both sides is in the diff of all lines, in order', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 12 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const text = (list: readonly string[]): string => list.map((line) => `${line}\n`).join('');
      const diff = unifiedDiff(text(before), text(after), 'f').split('\n').slice(2);
      const removed = diff.filter((line) => line.startsWith('-')).length;
      const added = diff.filter((line) => line.startsWith('+')).length;
      expect(before.length - removed).toBe(after.length - added);
    }),
    fuzz(300),
  );
});
