import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRepository } from '../../src/image/index.ts';
import { sha256Digest } from '../../src/model/index.ts';
import { startReferrersRegistry } from '../make/referrers-registry.ts';
import { noRegistryReason, startRegistry } from '../make/registry.ts';
import { type Mishap, startUnsteadyRegistry } from '../make/unsteady-registry.ts';
import { scratch } from './open-options.ts';

const { options, remove } = scratch();
afterAll(remove);
const chunk = 16 << 20;
const bytes = randomBytes(2 * chunk + 1000);
const digest = sha256Digest(createHash('sha256').update(bytes).digest('hex'));
const blob = {
  digest,
  sizeBytes: bytes.length,
  async *open() {
    for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000);
  },
};

/** Pushes the blob on an unsteady way; gives what was written, once it lies there whole. */
async function pushed(registry: string, mishap: (method: string, before: number) => Mishap | undefined) {
  const way = await startUnsteadyRegistry(registry, mishap);
  const repository = openRepository(
    { registry: way.address, repository: `large-${randomBytes(4).toString('hex')}` },
    { ...options, platform: undefined, network: { retryBaseMs: 1, stallTimeoutMs: 5000, maxTries: 3 } },
  );
  try {
    await repository.pushLargeBlob(blob);
    const held = await repository.blob(blob, bytes.length);
    return { writes: way.writes, isWhole: Buffer.compare(held, bytes) === 0 };
  } finally {
    repository.close();
    await way.stop();
  }
}

const reason = noRegistryReason();

describe.each([
  ['a registry that keeps what it got of a chunk', startReferrersRegistry, undefined],
  [`Debian's registry${reason === undefined ? '' : ` (skipped: ${reason})`}`, startRegistry, reason],
] as const)('a large blob pushed to %s', (_, start, skipped) => {
  let registry: { readonly address: string; stop(): Promise<void> };
  beforeAll(async () => {
    if (skipped === undefined) registry = await start();
  });
  afterAll(() => registry?.stop());

  test.skipIf(skipped !== undefined)('goes in chunks', async () => {
    expect(await pushed(registry.address, () => undefined)).toEqual({
      writes: ['POST 0 → 202', `PATCH ${chunk} → 202`, `PATCH ${chunk} → 202`, 'PATCH 1000 → 202', 'PUT 0 → 201'],
      isWhole: true,
    });
  });

  test.skipIf(skipped !== undefined)('is sent again from the chunk on that the registry was too busy for', async () => {
    const busy = (method: string, before: number): Mishap | undefined =>
      method === 'PATCH' && before === 1 ? { kind: 'status', status: 503 } : undefined;
    expect(await pushed(registry.address, busy)).toEqual({
      writes: [
        'POST 0 → 202',
        `PATCH ${chunk} → 202`,
        `PATCH ${chunk} → 503`,
        `PATCH ${chunk} → 202`,
        'PATCH 1000 → 202',
        'PUT 0 → 201',
      ],
      isWhole: true,
    });
  });

  test.skipIf(skipped !== undefined).each([
    ['a connection that breaks in a chunk', 'PATCH', { kind: 'cut', afterBytes: 3_000_000 }],
    ['an answer to a chunk that is lost', 'PATCH', { kind: 'deaf' }],
    ['an answer to the end that is lost', 'PUT', { kind: 'deaf' }],
  ] as const)('is there whole after %s', async (__, where, mishap) => {
    const { writes, isWhole } = await pushed(registry.address, (method, before) =>
      method === where && before === (where === 'PATCH' ? 1 : 0) ? mishap : undefined,
    );
    expect([isWhole, writes.filter((each) => /→ (?:cut|nothing)$/.test(each)).length]).toEqual([true, 1]);
  });

  test.skipIf(skipped !== undefined).each([
    ['a first chunk', 0, 400],
    ['a second chunk', 1, 416],
    ['a chunk at all', 0, 405],
  ] as const)('goes in one piece where %s is refused', async (__, allowed, status) => {
    const refuses = (method: string, before: number): Mishap | undefined =>
      method === 'PATCH' && before >= allowed ? { kind: 'status', status } : undefined;
    const { writes, isWhole } = await pushed(registry.address, refuses);
    expect([isWhole, writes.at(-1)]).toEqual([true, `PUT ${bytes.length} → 201`]);
  });

  test.skipIf(skipped !== undefined)('goes again in one piece after a connection that breaks', async () => {
    const { writes, isWhole } = await pushed(registry.address, (method, before) => {
      if (method === 'PATCH') return { kind: 'status', status: 405 };
      return method === 'PUT' && before === 0 ? { kind: 'cut', afterBytes: 20_000_000 } : undefined;
    });
    expect({ writes, isWhole }).toEqual({
      writes: [
        'POST 0 → 202',
        `PATCH ${chunk} → 405`,
        'POST 0 → 202',
        `PUT ${bytes.length} → cut`,
        'POST 0 → 202',
        `PUT ${bytes.length} → 201`,
      ],
      isWhole: true,
    });
  });

  test.skipIf(skipped !== undefined)('is given up where every try breaks', async () => {
    const cut = (method: string): Mishap | undefined =>
      method === 'PATCH' ? { kind: 'cut', afterBytes: 1000 } : undefined;
    await expect(pushed(registry.address, cut)).rejects.toMatchObject({ code: 'registry-unreachable' });
  });
});

test('a chunk whose answer was lost is not sent again to a registry that says how far it is', async () => {
  const registry = await startReferrersRegistry();
  try {
    const { writes } = await pushed(registry.address, (method, before) =>
      method === 'PATCH' && before === 0 ? { kind: 'deaf' } : undefined,
    );
    expect(writes).toEqual([
      'POST 0 → 202',
      `PATCH ${chunk} → nothing`,
      `PATCH ${chunk} → 202`,
      'PATCH 1000 → 202',
      'PUT 0 → 201',
    ]);
  } finally {
    await registry.stop();
  }
});
