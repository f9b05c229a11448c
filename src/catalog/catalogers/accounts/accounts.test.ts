import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesSource, imagePath } from '../../../model/index.ts';
import type { CatalogResult } from '../../cataloger.ts';
import { accounts } from './index.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

function read(path: string, text: string | Uint8Array): CatalogResult {
  const bytes = Buffer.from(text);
  return accounts.catalog({
    path: imagePath(path),
    sizeBytes: bytes.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    head: bytes,
    content: bytesSource(bytes),
  });
}

it('reads passwd, empty shells and all, and names the lines that are none', () => {
  const { items, problems } = read(
    '/etc/passwd',
    'root:x:0:0:root:/root:/bin/bash\ntoor::0:0::/root:\nold:abJnggxhB/yWI:7:7::/:/bin/sh\n# note\n+::::::\nbroken line\n',
  );
  expect(items).toEqual([
    {
      kind: 'account',
      path: '/etc/passwd',
      name: 'root',
      uid: 0,
      gid: 0,
      home: '/root',
      shell: '/bin/bash',
      password: 'shadowed',
    },
    {
      kind: 'account',
      path: '/etc/passwd',
      name: 'toor',
      uid: 0,
      gid: 0,
      home: '/root',
      shell: '/bin/sh',
      password: 'empty',
    },
    { kind: 'account', path: '/etc/passwd', name: 'old', uid: 7, gid: 7, home: '/', shell: '/bin/sh', password: 'set' },
  ]);
  expect(problems.map(({ code, message }) => [code, message])).toEqual([
    ['malformed-accounts', 'lines 6 are no account'],
  ]);
});

it('reads shadow: locked, empty and set, with the kind of hash and never the hash', () => {
  const { items } = read(
    '/etc/shadow',
    'root:*:19700:0:99999:7:::\na:!:1::::::\nb::1::::::\nc:$6$salt$abcdef:1::::::\nd:$y$j9T$x$y:1::::::\ne:!$1$s$h:1::::::\n',
  );
  expect(items.map((item) => (item.kind === 'shadow' ? [item.name, item.password, item.hashAlgorithm] : []))).toEqual([
    ['root', 'locked', undefined],
    ['a', 'locked', undefined],
    ['b', 'empty', undefined],
    ['c', 'set', 'sha512'],
    ['d', 'set', 'yescrypt'],
    ['e', 'locked', 'md5'],
  ]);
});

it('survives any bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.boolean(),
      (bytes, shadow) => void read(shadow ? '/etc/shadow' : '/etc/passwd', bytes),
    ),
    fuzz(300),
  );
});
