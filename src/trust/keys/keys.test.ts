import { generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fuzz } from '../../../test/make/fuzz.ts';
import { CodedError } from '../../model/index.ts';
import { generateKeys } from './generate-keys.ts';
import { parsePrivateKey } from './private-key.ts';
import { isSignedBy, parsePublicKey } from './public-key.ts';

/** What cosign 3.1.3 `generate-key-pair` wrote, with the passphrase `secret`. */
const cosignKey = `-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiIwMXBqS2NyT3kwMjV4UmdaWlIwOFFEakFMK1RRKzlY
NHlFcXljNTlpVTkwPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJlQm9VMU9jQ0prUlliNkZXdWR5MzBwVmRjc01ZdXJycyJ9LCJj
aXBoZXJ0ZXh0IjoiWWQvSzg4ZFRYcmM3WWx6QkFUdWNxSlBoazJlY2RQTElLc3pI
WFlCZVNUTG4rWlhCRkhDUTVHZTZoaE9rWFlMY0FrSDJMazF1K0l0ZGxFV0hyOFd5
Um1HdTl4bU9oYi9MS3Q2YVdRTllZbk1hYUFUdytNYVd1VGIxTzJGeTd4SEZCVHlH
L1NaSEFRbEtUNEJ1UnJTaEF0NnNWdkJvMFNsb2Y2cWlxT3dabjVIcm5TZmp1bXRz
RitlZnNMZ3p4eEx3QW5SaGdva3ZldXFmYUE9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----
`;
const cosignPublic = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENQOvaYQWBMsssoC5nLqDlU/yfMfb
nHdYnQoLXmtmMm2PBZCwIx09MwL5p2scxy7MnjwkvgL+L/UwQiAUQkGDtA==
-----END PUBLIC KEY-----
`;

function refused(read: () => unknown): { code: string; message: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof CodedError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

describe('a private key', () => {
  const message = Buffer.from('ahoy');

  test("of cosign's is decrypted, and signs what its public key verifies", () => {
    const key = parsePrivateKey(cosignKey, 'cosign.key', () => 'secret');
    const publicKey = parsePublicKey(cosignPublic, 'cosign.pub');
    expect(isSignedBy(message, sign('sha256', message, key), publicKey)).toBe(true);
    expect(isSignedBy(Buffer.from('ahoi'), sign('sha256', message, key), publicKey)).toBe(false);
    expect(publicKey).toMatchObject({
      hint: 'RephOT+v0qBMlGZvueBGifVFQdpn7fkA0CLBbYwG7as=',
      id: 'sha256:45ea61393fafd2a04c94666fb9e04689f54541da67edf900d022c16d8c06edab',
      algorithm: 'ECDSA P-256',
    });
  });

  test('that is encrypted wants its passphrase, and the right one', () => {
    expect(refused(() => parsePrivateKey(cosignKey, 'k', () => 'wrong'))).toEqual({
      code: 'wrong-passphrase',
      message: 'k could not be decrypted: the passphrase is wrong',
    });
    expect(refused(() => parsePrivateKey(cosignKey, 'k', () => undefined)).code).toBe('passphrase-missing');
    const pkcs8 = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'p' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    expect(refused(() => parsePrivateKey(pkcs8.privateKey, 'k', () => 'q')).code).toBe('wrong-passphrase');
    expect(refused(() => parsePrivateKey(pkcs8.privateKey, 'k', () => undefined)).code).toBe('passphrase-missing');
    expect(parsePrivateKey(pkcs8.privateKey, 'k', () => 'p').asymmetricKeyType).toBe('ed25519');
  });

  test.each([undefined, '', 'secret'])('that we make with the passphrase %j can be read again', (passphrase) => {
    const { privatePem, publicKey } = generateKeys(passphrase);
    const key = parsePrivateKey(privatePem, 'k', () => passphrase);
    expect(isSignedBy(message, sign('sha256', message, key), publicKey)).toBe(true);
    expect(privatePem.split('\n')[0]).toBe(
      passphrase === undefined ? '-----BEGIN PRIVATE KEY-----' : '-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----',
    );
  });

  test('that asks for too much work, or is damaged, is refused', () => {
    const sealed = (edit: (json: string) => string): string => {
      const json = Buffer.from(cosignKey.replace(/-----[^-]+-----/g, ''), 'base64').toString();
      const label = 'ENCRYPTED COSIGN PRIVATE KEY';
      return `-----BEGIN ${label}-----\n${Buffer.from(edit(json)).toString('base64')}\n-----END ${label}-----\n`;
    };
    const codeOf = (edit: (json: string) => string) =>
      refused(() => parsePrivateKey(sealed(edit), 'k', () => 'secret'));
    expect(codeOf((json) => json)).toEqual({ code: 'none', message: '' });
    expect(codeOf((json) => json.replace('65536', '1073741824')).message).toBe(
      'k asks for more work to decrypt than is allowed',
    );
    expect(codeOf((json) => json.replace('65536', '65537')).code).toBe('bad-private-key');
    expect(codeOf((json) => json.replace('nacl/secretbox', 'rot13')).code).toBe('bad-private-key');
    expect(codeOf(() => '{}').code).toBe('bad-private-key');
    expect(codeOf(() => '['.repeat(5000)).code).toBe('bad-private-key');
  });

  test('cut and flipped is read or refused with a code', () => {
    fc.assert(
      fc.property(fc.nat(cosignKey.length - 1), fc.string({ maxLength: 3 }), (at, put) => {
        // Another work factor would only take time.
        const text = cosignKey.slice(0, at) + put + cosignKey.slice(at + put.length);
        refused(() => parsePrivateKey(text, 'k', () => undefined));
        refused(() => parsePublicKey(cosignPublic.slice(0, at) + put, 'k'));
      }),
      fuzz(300),
    );
  });
});

describe('a public key', () => {
  test('that is a private one is refused by name', () => {
    expect(refused(() => parsePublicKey(generateKeys(undefined).privatePem, 'builder.key'))).toEqual({
      code: 'bad-public-key',
      message: 'builder.key is a private key',
    });
  });

  test.each([
    ['rsa', { modulusLength: 1024 }],
    ['ec', { namedCurve: 'secp256k1' }],
    ['x25519', {}],
  ])('of a kind that is not accepted is refused: %s %j', (type, options) => {
    const { publicKey } = generateKeyPairSync(type as 'rsa', options as { modulusLength: number });
    expect(refused(() => parsePublicKey(publicKey.export({ type: 'spki', format: 'pem' }) as string, 'k'))).toEqual({
      code: 'bad-public-key',
      message: 'k is of a kind that is not accepted',
    });
  });

  test.each([
    ['rsa', { modulusLength: 2048 }, 'sha256', 'RSA 2048'],
    ['ec', { namedCurve: 'P-384' }, 'sha256', 'ECDSA P-384'],
    ['ed25519', {}, null, 'Ed25519'],
  ])('of %s verifies', (type, options, digest, name) => {
    const { publicKey, privateKey } = generateKeyPairSync(type as 'rsa', options as { modulusLength: number });
    const key = parsePublicKey(publicKey.export({ type: 'spki', format: 'pem' }) as string, 'k');
    expect(key.algorithm).toBe(name);
    expect(isSignedBy(Buffer.from('a'), sign(digest, Buffer.from('a'), privateKey), key)).toBe(true);
    expect(isSignedBy(Buffer.from('b'), sign(digest, Buffer.from('a'), privateKey), key)).toBe(false);
  });
});
