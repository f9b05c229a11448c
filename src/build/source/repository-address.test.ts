import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { repositoryAddress } from './repository-address.ts';

test.each([
  ['https://github.com/shop/cart.git', 'https://github.com/shop/cart.git'],
  ['https://alice:s3cret@git.example.com/shop/cart.git', 'https://git.example.com/shop/cart.git'],
  ['https://x-access-token:ghs_abc@github.com/shop/cart?x=1#frag', 'https://github.com/shop/cart'],
  ['git@github.com:shop/cart.git', 'ssh://git@github.com/shop/cart.git'],
  ['ssh://git:pw@git.example.com:2222/shop/cart.git', 'ssh://git@git.example.com:2222/shop/cart.git'],
  ['host:path/to/repo', 'ssh://host/path/to/repo'],
  ['/srv/git/cart.git', 'file:///srv/git/cart.git'],
  ['file:///srv/git/cart.git', 'file:///srv/git/cart.git'],
  ['git+https://host/x', 'https://host/x'],
  ['', undefined],
  ['not an address', undefined],
  ['relative/path', undefined],
  ['https://host/\u0007', undefined],
])('%s is %s', (written, address) => {
  expect(repositoryAddress(written)).toBe(address);
});

test('whatever is written, no password is in the address', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9]{4,20}$/), fc.string({ maxLength: 40 }), (password, rest) => {
      expect(repositoryAddress(`https://user:${password}zz@host.example/${rest}`) ?? '').not.toContain(
        `${password}zz@`,
      );
      expect(() => repositoryAddress(rest)).not.toThrow();
    }),
    fuzz(200),
  );
});
