import { spawnSync } from 'node:child_process';
import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkPacked, packed } from './packing.ts';

const content = Buffer.from('a record '.repeat(1000));
const digest = `sha256:${hash('sha256', content)}`;

test('what was packed is told from what was altered, cut off or is something else', async () => {
  const stored = await packed(content);
  await expect(checkPacked(digest, stored, 'here')).resolves.toBeUndefined();
  const other = await packed(Buffer.from('another'));
  for (const [bytes, why] of [
    [other, /has another digest: it was altered/],
    // zstd gives what it has of one that was cut off, and says nothing.
    [stored.subarray(0, -1), /another digest|can't be unpacked/],
    [Buffer.from('no zstd'), /can't be unpacked/],
    [Buffer.alloc(0), /another digest|can't be unpacked/],
  ] as const)
    await expect(checkPacked(digest, bytes, 'here')).rejects.toMatchObject({
      code: 'body-unreadable',
      message: expect.stringMatching(why) as string,
    });
});

test('what unpacks to hundreds of megabytes, or to more than is allowed, is looked at in bounded memory', () => {
  const program = `
    import { createHash } from 'node:crypto';
    import { pipeline } from 'node:stream/promises';
    import { Readable } from 'node:stream';
    import { createZstdCompress } from 'node:zlib';
    import { checkPacked } from './src/server-store/bodies/packing.ts';
    const piece = Buffer.alloc(1 << 20);
    const seen = [];
    for (const mebibytes of [400, 513]) {
      const sum = createHash('sha256');
      const pieces = function* () { for (let i = 0; i < mebibytes; i++) { sum.update(piece); yield piece; } };
      const parts = [];
      await pipeline(Readable.from(pieces()), createZstdCompress(), async (from) => { for await (const part of from) parts.push(part); });
      const digest = 'sha256:' + sum.digest('hex');
      seen.push(await checkPacked(digest, Buffer.concat(parts), 'here').then(() => 'good', ({ code }) => code));
    }
    console.log(JSON.stringify({ seen, isBounded: process.resourceUsage().maxRSS < 250_000 }));`;
  const { stdout, stderr } = spawnSync('node', ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual(['{"seen":["good","body-unreadable"],"isBounded":true}', '']);
});
