import { describe, expect, test } from 'vitest';
import { lineEndsIn, textWindow } from './text-window.ts';

describe('a window of text', () => {
  test('counts the line ends in its first bytes, and in no others', () => {
    const window = textWindow(1000);
    const { bytes } = window;
    expect(bytes.length).toBe(1000);
    bytes.fill('a').write('\n', 0);
    bytes.write('\n\n', 14);
    bytes.write('\n', 16);
    bytes.write('\n', 999);
    expect([0, 1, 14, 15, 16, 17, 998, 999, 1000].map((length) => window.lineEnds(length))).toEqual([
      0, 1, 1, 2, 3, 4, 4, 4, 5,
    ]);
  });

  test('counts as the plain loop does, whatever the bytes', () => {
    const window = textWindow((1 << 20) + (64 << 10));
    const { bytes } = window;
    let state = 12345;
    for (let i = 0; i < bytes.length; i++) bytes[i] = (state = Math.imul(state, 1103515245) + 12345) >>> 28;
    for (const length of [7, 4095, 65_537, bytes.length])
      expect(window.lineEnds(length)).toBe(lineEndsIn(bytes.subarray(0, length)));
    expect(window.lineEnds(bytes.length)).toBeGreaterThan(50_000);
  });

  test('has memory of its own until it is closed', () => {
    const [one, other] = [textWindow(100), textWindow(100)];
    one.bytes.fill(10);
    other.bytes.fill(0);
    expect([one.lineEnds(100), other.lineEnds(100)]).toEqual([100, 0]);
    one.close();
    expect([textWindow(50).lineEnds(50), textWindow(50).bytes.length, other.lineEnds(100)]).toEqual([50, 50, 0]);
  });

  test('is refused where it would not fit', () => {
    expect(() => textWindow(2 << 20)).toThrow('a window of 2097152 bytes is too large to count lines in');
  });
});
