import { generateKeyPairSync } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { bytesSource, imagePath, type Item } from '../../../model/index.ts';
import type { CatalogResult } from '../../cataloger.ts';
import { secrets } from './index.ts';

interface Part {
  readonly sizeBytes: number;
  readonly offsetBytes: number;
  readonly linesBefore: number;
  readonly head?: Buffer;
}

function itemsOf(text: string | Buffer, path?: string, part?: Part): readonly Item[] {
  return catalogOf(text, path, part).items;
}

function catalogOf(text: string | Buffer, path = '/app/file.txt', part?: Part): CatalogResult {
  const bytes = Buffer.from(text);
  return secrets.catalog({
    path: imagePath(path),
    sizeBytes: part?.sizeBytes ?? bytes.length,
    mode: 0o644,
    uid: 0,
    gid: 0,
    head: part?.head ?? bytes.subarray(0, 8192),
    content: bytesSource(bytes),
    ...(part === undefined ? {} : { window: part }),
  });
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

/** Key ids that no other rule takes for its own, each another. */
const keyId = (index: number): string =>
  `AK${'IA'}Q3T5N7Z2P4${index
    .toString(26)
    .padStart(6, '2')
    .toUpperCase()
    .replace(/[0189]/g, 'Z')}`;

describe('more than is told', () => {
  it('of one rule is counted and said, with the line from which on', () => {
    const lines = (count: number): string => Array.from({ length: count }, (_, i) => `id=${keyId(i)}\n`).join('');
    const problems = (text: string, path?: string) => catalogOf(text, path).problems.map(({ message }) => message);
    expect(catalogOf(lines(100)).problems).toEqual([]);
    expect(itemsOf(lines(100)).length).toBe(100);
    expect(itemsOf(lines(137)).length).toBe(100);
    expect(catalogOf(lines(137)).problems).toEqual([
      {
        code: 'too-many-secrets',
        message: '100 secrets of rule aws-access-key-id are told, 37 more from line 101 on are not',
        path: '/app/file.txt',
        source: 'secrets',
        hides: 'secrets',
      },
    ]);
    expect(problems(lines(101))).toEqual(['100 secrets of rule aws-access-key-id are told, 1 more in line 101 is not']);
    expect(problems(lines(10_050))).toEqual([
      '100 secrets of rule aws-access-key-id are told, 9900 more from line 101 on are not',
      'more than can be counted looks like a secret: from line 10001 on some are not told',
    ]);
  });

  it('is not said where the assignment is only the frame of a secret that is told', () => {
    const text = Array.from({ length: 80 }, (_, i) => `API_TOKEN="${keyId(i)}"\nAPI_TOKEN="q8Zr${i}vLx2Wm9K"\n`).join(
      '',
    );
    expect(catalogOf(text, '/app/.env').problems).toEqual([]);
    expect(itemsOf(text, '/app/.env').length).toBe(160);
  });

  it('of a file with a credential in every line is said too, to its very end', () => {
    const text = Array.from({ length: 12_000 }, (_, i) => `u${i}:$apr1$Zq3T5N7Z$2P4W6Y3X5kLmNoPqRsTuV${i % 7}\n`).join(
      '',
    );
    const { items, problems } = catalogOf(text, '/etc/nginx/.htpasswd');
    expect([items.length, problems.map(({ message }) => message)]).toEqual([
      100,
      ['100 secrets of rule htpasswd-hash are told, 11900 more from line 101 on are not'],
    ]);
  });

  it('of PEM blocks is said by what they are', () => {
    const signature = '-----BEGIN PGP SIGNATURE-----\n'.repeat(2000);
    const rest = `${rootCertificates[0]!}\n${String(ec.export({ type: 'sec1', format: 'pem' }))}`;
    expect(catalogOf(signature).problems).toEqual([]);
    expect(catalogOf(signature + rest).problems.map(({ message, hides }) => [message, hides])).toEqual([
      ['1000 PEM blocks are read, 1 more (certificate) in line 2001 is not', 'certificates'],
      [
        `1000 PEM blocks are read, 1 more (private key) in line ${2001 + rootCertificates[0]!.split('\n').length} is not`,
        'secrets',
      ],
    ]);
  });
});

describe('UTF-16 with a byte order mark', () => {
  const wide = (text: string, order: 'little' | 'big'): Buffer => {
    const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
    return order === 'big' ? bytes.swap16() : bytes;
  };

  it.each(['little', 'big'] as const)('%s-endian is read like UTF-8, with the same lines and fingerprints', (order) => {
    const text = `Ċ上 häder 😀\r\nid=${keyId(1)}\r\npassword=Tr0ub4dor-ünd-3x\r\n${String(ec.export({ type: 'sec1', format: 'pem' }))}`;
    const found = itemsOf(wide(text, order), '/app/settings.ini');
    expect(found).toEqual(itemsOf(text, '/app/settings.ini'));
    expect(found.map((item) => [item.kind, 'line' in item && item.line])).toEqual([
      ['secret', 2],
      ['secret', 3],
      ['private-key', 4],
    ]);
  });

  it('is read in windows, each secret once', () => {
    const text = Array.from({ length: 40_000 }, (_, i) => (i % 2_000 === 7 ? `😀 id=${keyId(i)}` : 'Ċ上 a line')).join(
      '\n',
    );
    const whole = wide(text, 'little');
    const expected = itemsOf(whole).map((item) => 'fingerprint' in item && item.fingerprint);
    const found: unknown[] = [];
    for (let offsetBytes = 0; offsetBytes < whole.length;) {
      const end = Math.min(whole.length, offsetBytes + 200_000);
      const part = { sizeBytes: whole.length, offsetBytes, linesBefore: 0, head: whole.subarray(0, 512) };
      for (const item of itemsOf(whole.subarray(offsetBytes, end), '/app/file.txt', part))
        found.push('fingerprint' in item && item.fingerprint);
      offsetBytes = end === whole.length ? end : end - (64 << 10);
    }
    expect(expected.length).toBe(20);
    expect(found).toEqual(expected);
  });

  it('may be cut anywhere, or be none', () => {
    const bytes = wide(`id=${keyId(3)}\n`, 'little');
    for (let length = 0; length < bytes.length; length++)
      expect(itemsOf(bytes.subarray(0, length)).length).toBeLessThan(2);
    expect(itemsOf(Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.alloc(100_001, 0xd8)]))).toEqual([]);
  });
});
