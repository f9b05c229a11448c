import { expect, test } from 'vitest';
import { RateLimit } from './rate-limits.ts';

test('lets a burst through, then so many a second, for each caller by itself', () => {
  const limit = new RateLimit({ perSecond: 2, burst: 3 });
  const may = (caller: string, at: number): boolean => {
    try {
      limit.take(caller, at);
      return true;
    } catch (error) {
      expect(error).toMatchObject({ code: 'too-many-requests' });
      return false;
    }
  };
  expect([may('a', 0), may('a', 0), may('a', 0), may('a', 0), may('b', 0)]).toEqual([true, true, true, false, true]);
  expect([may('a', 400), may('a', 500), may('a', 500), may('a', 1000)]).toEqual([false, true, false, true]);
});
