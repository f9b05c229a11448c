import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesSource, imagePath } from '../../../model/index.ts';
import type { CatalogFile } from '../../cataloger.ts';
import { certificates } from '../certificates/index.ts';
import { privateKeys } from './index.ts';
import { fuzz } from '../../../../test/make/fuzz.ts';

function file(path: string, bytes: Buffer): CatalogFile {
  return {
    path: imagePath(path),
    sizeBytes: bytes.length,
    mode: 0o600,
    uid: 0,
    gid: 0,
    head: bytes.subarray(0, 8192),
    content: bytesSource(bytes),
  };
}
const told = (path: string, bytes: Buffer): unknown[] =>
  privateKeys
    .catalog(file(path, bytes))
    .items.map((item) => (item.kind === 'private-key' ? [item.format, item.encrypted] : item.kind));

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'der' });
/** A JKS store of `openssl`'s and `keytool`'s shape: magic, version 2, one entry of the given tag, an alias, a date. */
const jks = (tag: number): Buffer =>
  Buffer.from(
    `feedfeed0000000200000001${tag.toString(16).padStart(8, '0')}0001610000019000000000${'00'.repeat(40)}`,
    'hex',
  );

it('tells DER keys by what they hold', () => {
  expect([
    told('/a.der', pkcs8),
    told('/a.key', rsa.privateKey.export({ type: 'pkcs1', format: 'der' })),
    told('/a.key', ec.export({ type: 'sec1', format: 'der' })),
    told('/a.p8', rsa.privateKey.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'x' })),
    told('/a.der', rsa.publicKey.export({ type: 'spki', format: 'der' })),
    told('/a.der', new X509Certificate(rootCertificates[0]!).raw),
  ]).toEqual([[['pkcs8', false]], [['pkcs1', false]], [['sec1', false]], [['pkcs8', true]], [], []]);
});

it('tells key stores with keys from trust stores', () => {
  expect([told('/a.jks', jks(1)), told('/cacerts', jks(2))]).toEqual([[['other', true]], []]);
});

it('tells keys of the GnuPG agent, and not those on a card', () => {
  const home = '/root/.gnupg/private-keys-v1.d/AB.key';
  expect([
    told(home, Buffer.from('Created: 20240101T000000\nKey: (private-key (ecc (curve Ed25519)')),
    told(home, Buffer.from('(21:protected-private-key(3:rsa')),
    told(home, Buffer.from('(20:shadowed-private-key(3:rsa')),
  ]).toEqual([[['pgp', false]], [['pgp', true]], []]);
});

it('survives cuts and changed bytes, as does the reader of certificates', () => {
  const fixtures = [pkcs8, jks(1), jks(2), new X509Certificate(rootCertificates[0]!).raw];
  fc.assert(
    fc.property(fc.constantFrom(...fixtures), fc.nat(2000), fc.nat(255), fc.nat(2000), (fixture, at, value, cut) => {
      const bytes = Buffer.from(fixture.subarray(0, cut));
      if (at < bytes.length) bytes[at] = value;
      for (const path of ['/a.der', '/a.p12', '/a.jks', '/a.gpg', '/a.crt']) {
        privateKeys.catalog(file(path, bytes));
        certificates.catalog(file(path, bytes));
      }
    }),
    fuzz(1000),
  );
});
