import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { expect, it } from 'vitest';
import { catalogFile } from '../../../../test/make/catalog-file.ts';
import { certificates } from './index.ts';

const der = new X509Certificate(rootCertificates[0]!).raw;

/** The longest form of a length that DER has here: a SEQUENCE of so many bytes. */
function sequence(content: Buffer): Buffer {
  const head = Buffer.from([0x30, 0x84, 0, 0, 0, 0]);
  head.writeUInt32BE(content.length, 2);
  return Buffer.concat([head, content]);
}

const found = (path: string, bytes: Buffer) => {
  const { items, problems } = certificates.catalog(catalogFile(path, bytes));
  return [items.map((item) => item.kind === 'certificate' && item.serial), problems];
};

it('a certificate in DER is read, whatever follows it', () => {
  const serial = new X509Certificate(der).serialNumber.toLowerCase().replace(/^0+/, '');
  expect(found('/app/ca.der', der)).toEqual([[expect.stringContaining(serial)], []]);
  expect(found('/app/ca.crt', Buffer.concat([der, Buffer.alloc(2 << 20)]))).toEqual([
    [expect.stringContaining(serial)],
    [],
  ]);
});

it('one of more than a mebibyte is said to be unread', () => {
  for (const path of ['/app/huge.crt', '/app/huge.der', '/app/huge.pem'])
    expect(found(path, sequence(Buffer.alloc(2 << 20, 0x30)))).toEqual([
      [],
      [
        {
          code: 'file-too-large',
          message: 'of its 2097158 bytes only the first 1048576 are read',
          path,
          source: 'certificates',
          hides: 'certificates',
        },
      ],
    ]);
});

it('text, and what is called so and is something else, has nothing to tell; a broken one is a problem', () => {
  expect(found('/app/ca.crt', Buffer.from(rootCertificates[0]!))).toEqual([[], []]);
  expect(found('/app/parameters.der', sequence(Buffer.alloc(300)))).toEqual([[], []]);
  expect(found('/app/ca.crt', der.subarray(0, 300))).toEqual([
    [],
    [
      {
        code: 'malformed-certificate',
        message: 'named like a certificate and encoded like one, but none can be read from it',
        path: '/app/ca.crt',
        source: 'certificates',
        hides: 'certificates',
      },
    ],
  ]);
});
