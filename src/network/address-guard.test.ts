import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isAllowed, parseAllowed } from './address-guard.ts';
import { checkTarget, openAgents } from './index.ts';

const nothing = parseAllowed([]);

test('refuses what belongs to the machine or its networks, however it is written', () => {
  const refused = [
    ...[
      '127.0.0.1',
      '127.9.9.9',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '169.254.169.254',
      '0.0.0.0',
    ],
    ...['100.64.0.1', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', 'ff02::1', '::ffff:127.0.0.1'],
    ...['::ffff:10.0.0.1', '::ffff:a9fe:a9fe', '64:ff9b::7f00:1', '2002:7f00:1::'],
  ];
  expect(refused.filter((address) => isAllowed(address, nothing))).toEqual([]);
  const fine = ['1.1.1.1', '8.8.8.8', '172.32.0.1', '203.0.113.9', '2606:4700::1111', '::ffff:8.8.8.8'];
  expect(fine.filter((address) => !isAllowed(address, nothing))).toEqual([]);
});

test('lets through what is allowed by network, address or name', async () => {
  const rule = parseAllowed(['10.1.0.0/16', '192.168.7.7', 'registry.corp', 'fd12::/16']);
  expect(isAllowed('10.1.200.3', rule)).toBe(true);
  expect(isAllowed('10.2.0.1', rule)).toBe(false);
  expect(isAllowed('192.168.7.7', rule)).toBe(true);
  expect(isAllowed('fd12::5', rule)).toBe(true);
  expect(rule.names.has('registry.corp')).toBe(true);
  await expect(checkTarget('localhost', [])).rejects.toMatchObject({ code: 'address-refused' });
  await checkTarget('localhost', ['localhost']);
  expect(() => parseAllowed(['not a name'])).toThrow(/neither/);
});

test('no address in one of the refused networks is let through', () => {
  fc.assert(
    fc.property(fc.constantFrom(10, 127, 0, 224, 240), fc.nat(255), fc.nat(255), fc.nat(255), (a, b, c, d) => {
      expect(isAllowed(`${a}.${b}.${c}.${d}`, nothing)).toBe(false);
      expect(isAllowed(`::ffff:${a}.${b}.${c}.${d}`, nothing)).toBe(false);
    }),
    { numRuns: 300, seed: 7 },
  );
});

test('a connection of a guarded process goes to none of them, by address or by name', async () => {
  const server = createServer((_, answer) => answer.end('secret')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const http = await import('node:http');
  const ask = async (host: string, env: Record<string, string>): Promise<string> => {
    const agents = await openAgents({ env, stallTimeoutMs: 1000 });
    try {
      const url = new URL(`http://${host}:${port}/`);
      const { agent } = agents.routeTo(url);
      return await new Promise((resolve) => {
        http
          .get(url, { agent }, (answer) => answer.resume().once('end', () => resolve('reached')))
          .on('error', (error) => resolve((error as { code?: string }).code ?? error.message));
      });
    } catch (error) {
      return (error as { code: string }).code;
    } finally {
      agents.close();
    }
  };
  const guarded = { PLIMSOLL_REFUSE_ADDRESSES: 'private' };
  expect([await ask('127.0.0.1', guarded), await ask('localhost', guarded)]).toEqual([
    'address-refused',
    'address-refused',
  ]);
  expect(await ask('localhost', { ...guarded, PLIMSOLL_ALLOW_ADDRESSES: '127.0.0.0/8' })).toBe('reached');
  expect(await ask('127.0.0.1', {})).toBe('reached');
  server.close();
});
