import { expect, test } from 'vitest';
import { comesAfter } from './live-events.ts';

test('places are in the order of transactions, then of numbers; no place is before all', () => {
  expect(comesAfter('10-1', '9-5')).toBe(true);
  expect(comesAfter('9-5', '10-1')).toBe(false);
  expect(comesAfter('9-10', '9-9')).toBe(true);
  expect(comesAfter('9-9', '9-9')).toBe(false);
  expect(comesAfter('1-1', '0-0')).toBe(true);
  expect(comesAfter('1-1', 'from another world')).toBe(true);
});
