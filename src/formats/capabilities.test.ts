import fc from 'fast-check';
import { expect, test } from 'vitest';
import { capabilitiesText } from './capabilities.ts';
import { fuzz } from '../../test/make/fuzz.ts';

test.each([
  // Attributes as setcap of libcap 2.66 writes them.
  ['0100000200200000000000000000000000000000', 'cap_net_raw=ep'],
  ['0100000200300000003000000000000000000000', 'cap_net_admin,cap_net_raw=eip'],
  ['0000000201000000200000000000000000000000', 'cap_chown=p cap_kill=i'],
  ['01000002ffffffff00000000ff01000000000000', '=ep'],
  ['0100000200000000200000000000000000000000', 'cap_kill=ei'],
  ['0000000200000000000000008001000000000000', 'cap_bpf,cap_checkpoint_restore=p'],
  ['0100000300200000000000000000000000000000a0860100', 'cap_net_raw=ep [rootid=100000]'],
  // Revision 1 has 32 bits; number 62 has no name yet.
  ['010000010020000000000000', 'cap_net_raw=ep'],
  ['0100000200000000000000000000004000000000', '62=ep'],
  ['0000000200000000000000000000000000000000', ''],
])('the attribute %s says %s', (hex, text) => {
  expect(capabilitiesText(Buffer.from(hex, 'hex'))).toBe(text);
});

test.each(['', '0100', '01000002', '010000020020000000000000', '0100000900200000000000000000000000000000'])(
  'the bytes %j are no such attribute',
  (hex) => {
    expect(capabilitiesText(Buffer.from(hex, 'hex'))).toBeUndefined();
  },
);

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      capabilitiesText(bytes);
    }),
    fuzz(2_000),
  );
});
