import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { bytesSource, imagePath, type Item } from '../../../model/index.ts';
import { secrets } from './index.ts';

function itemsOf(
  text: string | Buffer,
  path = '/app/file.txt',
  part?: { sizeBytes: number; offsetBytes: number; linesBefore: number },
): readonly Item[] {
  const bytes = Buffer.from(text);
  return secrets.catalog({
    path: imagePath(path),
    sizeBytes: part?.sizeBytes ?? bytes.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    head: bytes.subarray(0, 8192),
    content: bytesSource(bytes),
    ...(part === undefined ? {} : { window: part }),
  }).items;
}

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const secret = { cipher: 'aes-256-cbc', passphrase: 'x' };

describe('private keys', () => {
  it.each([
    ['pkcs8', false, ec.export({ type: 'pkcs8', format: 'pem' })],
    ['sec1', false, ec.export({ type: 'sec1', format: 'pem' })],
    ['pkcs1', false, rsa.export({ type: 'pkcs1', format: 'pem' })],
    ['pkcs8', true, rsa.export({ type: 'pkcs8', format: 'pem', ...secret })],
    ['pkcs1', true, rsa.export({ type: 'pkcs1', format: 'pem', ...secret })],
  ])('%s, encrypted %s, in a file, in JSON, in indented YAML and in quoted lines of code', (format, encrypted, pem) => {
    const text = String(pem);
    const forms = [
      text,
      JSON.stringify({ key: text }),
      `key: |\n${text.replace(/^/gm, '    ')}`,
      text.replace(/^(.+)$/gm, '  "$1\\n" +'),
    ];
    for (const form of forms) expect(itemsOf(form)).toMatchObject([{ kind: 'private-key', format, encrypted }]);
  });

  it('of PuTTY and OpenSSH', () => {
    const putty =
      'PuTTY-User-Key-File-3: ssh-ed25519\r\nEncryption: none\r\nComment: x\r\nPublic-Lines: 1\r\nAAAA\r\nPrivate-Lines: 1\r\nAAAA\r\n';
    const body = (cipher: string): string =>
      Buffer.concat([
        Buffer.from(`openssh-key-v1\0\0\0\0${String.fromCharCode(cipher.length)}${cipher}`),
        Buffer.alloc(80),
      ]).toString('base64');
    const armour = (cipher: string): string =>
      `-----BEGIN OPENSSH ${'PRIVATE KEY'}-----\n${body(cipher)}\n-----END OPENSSH PRIVATE KEY-----\n`;
    expect([putty, armour('none'), armour('aes256-ctr')].flatMap((text) => itemsOf(text))).toMatchObject([
      { format: 'putty', encrypted: false, line: 1 },
      { format: 'openssh', encrypted: false },
      { format: 'openssh', encrypted: true },
    ]);
  });

  it('are not what only speaks of them', () => {
    const words = [
      `-----BEGIN ${'PRIVATE KEY'}-----`,
      'if (text.startsWith("-----BEGIN RSA PRIVATE KEY-----"))',
      '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----\n',
      '-----BEGIN PRIVATE KEY-----\nYour key goes here, between these lines\n-----END PRIVATE KEY-----',
    ];
    expect(words.flatMap((text) => itemsOf(text))).toEqual([]);
  });
});

it('certificates of a bundle are all told, as a trust store by their place', () => {
  const bundle = rootCertificates.join('\n');
  const found = itemsOf(bundle, '/etc/ssl/certs/ca-certificates.crt');
  expect(found.length).toBe(rootCertificates.length);
  expect(found.every((item) => item.kind === 'certificate' && item.inTrustStore)).toBe(true);
  expect(itemsOf(rootCertificates[0]!, '/app/server.crt')).toMatchObject([
    { kind: 'certificate', inTrustStore: false },
  ]);
});

it('a secret is told once, with its line and without its value', () => {
  const key = `AK${'IA'}Q3T5N7Z2P4W6Y3X5`;
  expect(itemsOf(`a\nb\nkey=${key}\n`)).toEqual([
    {
      kind: 'secret',
      path: '/app/file.txt',
      rule: 'aws-access-key-id',
      title: 'AWS access key id',
      severity: 'high',
      redacted: 'AK…X5',
      fingerprint: expect.stringMatching(/^[0-9a-f]{12}$/),
      line: 3,
    },
  ]);
});

it('windows of a large file tell each secret once, by its line in the file', () => {
  const size = 400_000;
  const whole = Buffer.alloc(size, 'line of ten\n');
  const places = [5, 140_000, 150_000, 190_000, 196_000, 197_000, 260_000, 399_900];
  for (const [index, at] of places.entries())
    whole.write(` AK${'IA'}Q3T5N7Z2P4W6Y3X${index + 2} `.replace('8', 'A').replace('9', 'B'), at);
  const expected = itemsOf(whole).map((item) => [
    item.kind === 'secret' && item.fingerprint,
    'line' in item && item.line,
  ]);
  const found: unknown[] = [];
  for (let offsetBytes = 0; offsetBytes < size;) {
    const end = Math.min(size, offsetBytes + 200_000);
    const linesBefore = whole.subarray(0, offsetBytes).reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
    for (const item of itemsOf(whole.subarray(offsetBytes, end), '/app/file.txt', {
      sizeBytes: size,
      offsetBytes,
      linesBefore,
    }))
      found.push([item.kind === 'secret' && item.fingerprint, 'line' in item && item.line]);
    offsetBytes = end === size ? size : end - (64 << 10);
  }
  expect(expected.length).toBe(places.length);
  expect(found).toEqual(expected);
});

it('hostile PEM in plenty is read in bounded steps', () => {
  expect(itemsOf(Buffer.alloc(1 << 20, `-----BEGIN ${'RSA PRIVATE KEY'}-----\n`)).length).toBe(0);
});
