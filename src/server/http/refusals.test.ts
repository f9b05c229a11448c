import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { CodedError } from '../../model/index.ts';
import type { LedgerEvent } from '../../ledger/index.ts';
import { Refusals } from './refusals.ts';

const refused = new CodedError('log-in-failed', 'this link was used');
const from = (ip: string) =>
  ({ ip, method: 'POST', headers: {}, routeOptions: { url: '/v1/session/setup' } }) as unknown as FastifyRequest;

test('of many refusals the ledger hears little, and how many there were', async () => {
  const told: LedgerEvent[] = [];
  let nowMs = 1_000_000;
  const ledger = { append: (event: LedgerEvent) => Promise.resolve(void told.push(event)) };
  const refusals = new Refusals(ledger as never, () => nowMs);
  for (let i = 0; i < 500; i++) await refusals.note(refused, from('10.0.0.1'), undefined);
  // From many addresses: 60 in a minute.
  for (let i = 0; i < 100; i++) await refusals.note(refused, from(`10.0.1.${i}`), undefined);
  expect(told.length).toBe(60);
  nowMs += 60_000;
  await refusals.note(refused, from('10.0.0.1'), undefined);
  await refusals.note(refused, from('10.0.0.1'), undefined);
  expect(told.slice(60).map(({ from: address, details }) => [address, details])).toEqual([
    ['10.0.0.1', { code: 'log-in-failed', more: 499, others: 41 }],
  ]);
  await refusals.note(new CodedError('not-found', 'x'), from('10.0.0.9'), undefined);
  await refusals.note(new Error('x'), from('10.0.0.9'), undefined);
  expect(told.length).toBe(61);
});
