import { expect, test } from 'vitest';
import { engineAt } from './engine-address.ts';

test.each([
  ['tcp://node-7', 2375],
  ['tcp://node-7:2376', 2376],
  ['tcp://node-7:80', 80],
  ['http://node-7:80/', 80],
  ['https://node-7', 2376],
  ['https://node-7:443', 443],
  ['tcp://[2001:db8::7]', 2375],
  ['tcp://[2001:db8::7]:80', 80],
])('%s is asked at port %i', (host, port) => {
  const { request } = engineAt(host, { from: 'a test', offline: false, tls: () => undefined });
  expect(request).toEqual({ hostname: host.includes('[') ? '2001:db8::7' : 'node-7', port });
});
