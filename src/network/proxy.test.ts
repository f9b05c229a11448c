import { expect, test } from 'vitest';
import { proxyFor, proxyName } from './proxy.ts';

const chosen = (url: string, env: Record<string, string>): string | undefined => proxyFor(new URL(url), env)?.href;

test('the variable of the scheme counts, upper case before lower', () => {
  const env = { HTTPS_PROXY: 'http://secure:3128', https_proxy: 'http://other', http_proxy: 'plain:8080' };
  expect(chosen('https://registry.test/v2/', env)).toBe('http://secure:3128/');
  expect(chosen('http://registry.test/v2/', env)).toBe('http://plain:8080/');
  expect(chosen('https://registry.test/v2/', { HTTPS_PROXY: '', https_proxy: 'https://lower' })).toBe('https://lower/');
  expect(chosen('https://registry.test/v2/', { HTTP_PROXY: 'http://plain:8080' })).toBeUndefined();
  expect(chosen('https://registry.test/v2/', {})).toBeUndefined();
});

test.each(['https://localhost:5000', 'https://127.0.0.1', 'https://127.9.9.9:5000', 'https://[::1]:5000'])(
  'this machine (%s) is reached without a proxy',
  (url) => {
    expect(chosen(url, { HTTPS_PROXY: 'http://proxy:3128' })).toBeUndefined();
  },
);

test.each([
  ['*', 'https://a.test', true],
  ['a.test', 'https://a.test', true],
  ['A.Test', 'https://a.test', true],
  ['a.test', 'https://deep.a.test', true],
  ['a.test', 'https://ba.test', false],
  ['.a.test', 'https://deep.a.test', true],
  ['.a.test', 'https://a.test', false],
  ['*.a.test', 'https://deep.a.test', true],
  ['*.a.test', 'https://a.test', false],
  ['b.test, a.test', 'https://a.test', true],
  ['a.test:5000', 'https://a.test:5000', true],
  ['a.test:5000', 'https://a.test', false],
  ['a.test:443', 'https://a.test', true],
  ['10.0.0.0/8', 'https://10.1.2.3', true],
  ['10.0.0.0/8', 'https://11.1.2.3', false],
  ['10.0.0.0/8', 'https://a10.0.0.1.test', false],
  ['10.1.2.3', 'https://10.1.2.3', true],
  ['10.1.2.3:5000', 'https://10.1.2.3', false],
  ['fd00::/8', 'https://[fd00::7]:5000', true],
  ['fd00::7', 'https://[fd00::7]', true],
  ['[fd00::7]:5000', 'https://[fd00::7]:5000', true],
  ['10.0.0.0/99', 'https://10.1.2.3', false],
  [',, :, ., /', 'https://a.test', false],
])('NO_PROXY=%s before %s', (list, url, isOut) => {
  const env = { HTTPS_PROXY: 'http://proxy:3128', no_proxy: list };
  expect(chosen(url, env)).toBe(isOut ? undefined : 'http://proxy:3128/');
});

test.each([
  ['socks5://u:secret@proxy:1080', 'HTTPS_PROXY is a socks5 proxy; http:// and https:// proxies are understood'],
  [
    'http://u:secret@',
    'HTTPS_PROXY is no address, or has a % that begins no %XX; http:// and https:// proxies are understood',
  ],
  [
    'http://u:100%@proxy',
    'HTTPS_PROXY is no address, or has a % that begins no %XX; http:// and https:// proxies are understood',
  ],
])('%s is refused without saying the password', (value, message) => {
  expect(() => chosen('https://registry.test', { HTTPS_PROXY: value })).toThrow(
    expect.objectContaining({ code: 'bad-proxy', message, kind: 'usage' }) as Error,
  );
});

test('a proxy is called without its credentials', () => {
  expect(proxyName(new URL('http://us%40er:secret@proxy.test:3128/path'))).toBe('http://proxy.test:3128');
});
