import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { ProtobufRefused, readFields } from './index.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('protocol buffers', () => {
  test('reads the examples of the documentation', () => {
    expect(readFields(hex('08 96 01')).number(1)).toBe(150);
    expect(readFields(hex('12 07 74 65 73 74 69 6e 67')).text(2)).toBe('testing');
    expect(
      readFields(hex('1a 03 08 96 01'))
        .messages(3)
        .map((each) => each.number(1)),
    ).toEqual([150]);
    // map<string, string> { "a": "b" }; the last of a field counts; what is not there is empty.
    expect(readFields(hex('12 06 0a 01 61 12 01 62')).map(2)).toEqual({ a: 'b' });
    const twice = readFields(hex('0a 01 61 0a 01 62 2d 01 00 00 00 31 01 00 00 00 00 00 00 00'));
    expect([twice.text(1), twice.text(7), twice.number(1), twice.bytes(7)]).toEqual(['b', '', 0, undefined]);
  });

  test('refuses what is cut off or of no wire type', () => {
    for (const bytes of ['08', '12 07 74', '08 ff ff ff ff ff ff ff ff ff ff 01', '0b', '12 ff ff ff ff 0f'])
      expect(() => readFields(hex(bytes))).toThrow(ProtobufRefused);
  });

  test('throws nothing else, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          const fields = readFields(bytes);
          for (let field = 0; field < 16; field++) fields.map(field);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtobufRefused);
        }
      }),
      fuzz(2000),
    );
  });
});
