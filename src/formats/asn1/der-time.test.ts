import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { derElement, derInstant, derTime } from './der.ts';

function timeOf(text: string, tag = 0x18): string | undefined {
  const bytes = Buffer.concat([Buffer.from([tag, text.length]), Buffer.from(text, 'latin1')]);
  return derInstant(derElement(bytes))?.toISOString();
}

test.each([
  ['20261126052046Z', '2026-11-26T05:20:46.000Z'],
  ['20261126052046.5Z', '2026-11-26T05:20:46.500Z'],
  ['20261126052046.25Z', '2026-11-26T05:20:46.250Z'],
  ['20261126052046.125Z', '2026-11-26T05:20:46.125Z'],
  ['20261126052046.120Z', '2026-11-26T05:20:46.120Z'],
  ['20261126052046.123456Z', '2026-11-26T05:20:46.123Z'],
  ['20261126052046.999999999Z', '2026-11-26T05:20:46.999Z'],
  ['20240229000000Z', '2024-02-29T00:00:00.000Z'],
])('GeneralizedTime %s is %s', (text, expected) => {
  expect(timeOf(text)).toBe(expected);
});

test.each([
  '20261126052046',
  '20261126052046.Z',
  '20261126052046,5Z',
  '20261126052046+0100',
  '20260229000000Z',
  '20261301000000Z',
  '20261126246060Z',
  '2026112605Z',
  `20261126052046.${'1'.repeat(21)}Z`,
])('%s is no time', (text) => {
  expect(timeOf(text)).toBeUndefined();
});

test('UTCTime has two digits of the year, and no fraction', () => {
  expect(['491231235959Z', '500101000000Z', '261126052046.5Z'].map((text) => timeOf(text, 0x17))).toEqual([
    '2049-12-31T23:59:59.000Z',
    '1950-01-01T00:00:00.000Z',
    undefined,
  ]);
});

test('every instant comes back from how DER writes it, and to the second as certificates tell it', () => {
  const dates = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  fc.assert(
    fc.property(dates, (date) => {
      const iso = date.toISOString();
      const text = iso
        .replace(/[-:T]/g, '')
        .replace(/\.?0*Z$/, (zeros) => (zeros.startsWith('.') ? 'Z' : zeros.replace(/0+/, '')));
      expect(timeOf(text)).toBe(iso);
      const bytes = Buffer.concat([Buffer.from([0x18, text.length]), Buffer.from(text)]);
      expect(derTime(derElement(bytes))).toBe(`${iso.slice(0, 19)}Z`);
    }),
    fuzz(300),
  );
});
