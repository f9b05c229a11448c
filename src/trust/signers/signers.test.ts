import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generateKeys } from '../keys/generate-keys.ts';
import { isSignedBy } from '../keys/public-key.ts';
import { openSigner, signerKinds } from './list.ts';

const signal = new AbortController().signal;
const message = Buffer.from('ahoy');

describe('a signer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-signers-'));
  const pair = generateKeys('secret');
  const at = (name: string): string => join(folder, name);
  beforeAll(() => {
    const plain = generateKeys(undefined);
    writeFileSync(at('sealed.key'), pair.privatePem);
    writeFileSync(at('plain.key'), plain.privatePem);
    writeFileSync(at('plain.pub'), plain.publicKey.pem);
    const script = (name: string, sign: string): void =>
      writeFileSync(at(name), `#!/bin/sh\ncase "$2" in public-key) cat "${at('plain.pub')}";; sign) ${sign};; esac\n`, {
        mode: 0o755,
      });
    script('kms', `openssl dgst -sha256 -sign "${at('plain.key')}" | base64 -w0`);
    script('liar', 'echo bm8gc2lnbmF0dXJl');
    script('broken', 'echo "the HSM is asleep" >&2; exit 3');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const open = (name: string, env: Record<string, string> = {}) =>
    openSigner(name, { env: { PATH: process.env['PATH'], ...env }, signal });

  test('of each kind is told apart by its name, and says how it is named', () => {
    expect(signerKinds.map(({ name, form }) => [name, form])).toEqual([
      ['exec', 'exec:PROGRAM'],
      ['environment', 'env://VARIABLE'],
      ['file', 'FILE'],
    ]);
  });

  test.each([
    ['a file', () => open(at('sealed.key'), { PLIMSOLL_PASSWORD: 'secret' })],
    ['a variable', () => open('env://KEY', { KEY: pair.privatePem, COSIGN_PASSWORD: 'secret' })],
    ['a program', () => open(`exec:${at('kms')} --slot-1`)],
  ])('with %s signs what its public key verifies', async (_, opened) => {
    const signer = await opened();
    expect(isSignedBy(message, await signer.sign(message), signer.publicKey)).toBe(true);
  });

  test.each([
    ['a file that is not there', () => open(at('none.key')), 'key-unreadable'],
    ['a variable that is not there', () => open('env://NONE'), 'key-unreadable'],
    ['no passphrase', () => open(at('sealed.key')), 'passphrase-missing'],
    ['a wrong passphrase', () => open(at('sealed.key'), { PLIMSOLL_PASSWORD: 'x' }), 'wrong-passphrase'],
    ['no program', () => open('exec:'), 'signer-failed'],
    ['a program that is not there', () => open(`exec:${at('none')}`), 'signer-failed'],
  ])('with %s is refused', async (_, opened, code) => {
    await expect(opened()).rejects.toMatchObject({ code });
  });

  test('that signs with another key than it names, or fails, is told of', async () => {
    const sign = async (name: string) => (await open(`exec:${at(name)} x`)).sign(message);
    await expect(sign('liar')).rejects.toThrow('gave a signature that is not of the key that it names');
    await expect(sign('broken')).rejects.toThrow('sign failed: the HSM is asleep');
  });
});
