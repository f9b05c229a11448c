import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { breakPlainRing, newPlainRing, PlainRingReader, PlainRingWriter } from './plain-ring.ts';

const ringModule = JSON.stringify(new URL('./plain-ring.ts', import.meta.url).href);

function thread(script: string, ring: SharedArrayBuffer): { worker: Worker; ended: Promise<unknown> } {
  const worker = new Worker(
    `import('node:worker_threads').then(async ({ parentPort, workerData: ring }) => {
      const { PlainRingWriter } = await import(${ringModule});
      ${script}
    });`,
    { eval: true, workerData: ring },
  );
  const ended = new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  return { worker, ended };
}

test('bytes pass from one thread to another in order, whatever their pieces', async () => {
  const ring = newPlainRing();
  const { worker, ended } = thread(
    `const { createHash, randomBytes } = await import('node:crypto');
     const writer = new PlainRingWriter(ring);
     const sum = createHash('sha256');
     for (let i = 0; i < 60; i++) {
       const bytes = randomBytes((i * 37_123) % 1_500_000);
       sum.update(bytes);
       const place = writer.buffer();
       if (i % 2 === 0 && bytes.length <= place.length) writer.write(place.subarray(0, bytes.copy(place)));
       else writer.write(bytes);
     }
     writer.end();
     parentPort.postMessage(sum.digest('hex'));`,
    ring,
  );
  const reader = new PlainRingReader(ring);
  const sum = createHash('sha256');
  for (let plain = await reader.next(); plain !== undefined; plain = await reader.next()) sum.update(plain);
  expect(sum.digest('hex')).toBe(await ended);
  await worker.terminate();
});

test('a reader that waits is told when nobody writes any more', async () => {
  const ring = newPlainRing();
  const { worker } = thread(
    `const { breakPlainRing } = await import(${ringModule});
     setTimeout(() => breakPlainRing(ring), 100);`,
    ring,
  );
  await expect(new PlainRingReader(ring).next()).rejects.toThrow('the layer is not unpacked any further');
  await worker.terminate();
});

test('a writer that waits is told when nobody reads any more', async () => {
  const ring = newPlainRing();
  const { worker, ended } = thread(
    `const writer = new PlainRingWriter(ring);
     try { for (;;) writer.write(Buffer.alloc(1 << 20)); } catch (error) { parentPort.postMessage(error.message); }`,
    ring,
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  breakPlainRing(ring);
  expect(await ended).toBe('nobody reads the unpacked layer any more');
  await worker.terminate();
});

test('a thread that waits can be ended', async () => {
  const { worker, ended } = thread(
    `parentPort.postMessage('waits');
     const writer = new PlainRingWriter(ring);
     for (;;) writer.write(Buffer.alloc(1 << 20));`,
    newPlainRing(),
  );
  expect(await ended).toBe('waits');
  expect(typeof (await worker.terminate())).toBe('number');
});

test('what was written before the end is read, and then the end', async () => {
  const ring = newPlainRing();
  const writer = new PlainRingWriter(ring);
  writer.write(Buffer.from('plain'));
  writer.end();
  const reader = new PlainRingReader(ring);
  expect((await reader.next())?.toString()).toBe('plain');
  expect(await reader.next()).toBeUndefined();
  expect(await reader.next()).toBeUndefined();
});
