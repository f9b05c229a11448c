import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, rmSync, ftruncateSync, closeSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { registerLedger } from '../../src/cli/ledger.ts';
import { Frontier } from '../../src/ledger/index.ts';
import { exportedLedger, headLine, makeSigner } from '../make/exported-ledger.ts';
import { fuzz } from '../make/fuzz.ts';

const ledger = '3f0c9a52-1d64-4c0e-9f0a-6f2d8a7b1c11';
const [signer, stranger] = [makeSigner(), makeSigner()];
const entries = 40;
const made = { ledger, entries, signer, headEvery: 8 };
const whole = exportedLedger(made);
const isEntry = (line: string): boolean => line.startsWith('{"entry"');
/** On which line an entry stands. */
const lineOf = (n: number): number => whole.findIndex((line) => line.includes(`"sequence":${n},`));
const numbers = Array.from({ length: entries }, (_, i) => i + 1);

const folder = mkdtempSync(join(tmpdir(), 'plimsoll-hostile-ledger-'));
const file = join(folder, 'ledger.jsonl');
const key = join(folder, 'ledger.pub');
writeFileSync(key, signer.pem);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Answer {
  readonly status: number;
  readonly result: string;
  readonly fault?: { readonly kind: string; readonly sequence?: number; readonly message: string };
  readonly strangers: readonly string[];
}

/** The whole command on a file of these bytes: what it prints, and its exit status. */
async function verify(bytes: string | Buffer | readonly string[], ...more: readonly string[]): Promise<Answer> {
  writeFileSync(file, typeof bytes === 'string' || Buffer.isBuffer(bytes) ? bytes : `${bytes.join('\n')}\n`);
  return verifyFile(['--key', key, ...more]);
}

async function verifyFile(more: readonly string[]): Promise<Answer> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const io: Io = {
    stdin: Readable.from([]),
    ...{ stdout, stderr, env: {}, columns: 80, color: false, progress: false, now: new Date(), exitStatus: 0 },
    signal: new AbortController().signal,
  };
  const command = new Command('ledger').exitOverride();
  registerLedger(command, io);
  await command.parseAsync(['verify', file, '--format', 'json', ...more], { from: 'user' });
  stdout.end();
  return { status: io.exitStatus, ...(JSON.parse(await text(stdout)) as Omit<Answer, 'status'>) };
}

const broken = (kind: string, sequence?: number) => ({
  status: 2,
  result: 'broken',
  fault: expect.objectContaining({ kind, ...(sequence === undefined ? {} : { sequence }) }) as object,
});

test('an export that nobody touched verifies', async () => {
  expect(await verify(whole)).toMatchObject({ status: 0, result: 'intact', first: 1, last: 40, trusted: 'key' });
});

describe('an export that was tampered with names the first entry that', () => {
  test('was dropped', async () => {
    for (const n of numbers) expect(await verify(whole.toSpliced(lineOf(n), 1))).toMatchObject(broken('dropped', n));
  });

  test('stands elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 38 }), fc.nat(), async (first, more) => {
        const second = first + 1 + (more % (entries - first));
        const lines = [...whole];
        [lines[lineOf(first)], lines[lineOf(second)]] = [whole[lineOf(second)]!, whole[lineOf(first)]!];
        expect(await verify(lines)).toMatchObject(broken('reordered', first));
      }),
      fuzz(15),
    );
  });

  test('stands there twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...numbers), fc.nat(), async (n, more) => {
        const behind = lineOf(n) + 1 + (more % (whole.length - 1 - lineOf(n)));
        expect(await verify(whole.toSpliced(behind, 0, whole[lineOf(n)]!))).toMatchObject(broken('reordered', n));
      }),
      fuzz(15),
    );
  });

  test('was altered: in its text, in its spaces, by a member twice, with its hash made anew, with all hashes made anew', async () => {
    for (const n of [1, 7, 8, 9, 39, 40]) {
      const replace = (change: (line: string) => string) => whole.with(lineOf(n), change(whole[lineOf(n)]!));
      for (const change of [
        (line: string) => line.replace(`c-${n}"`, `d-${n}"`),
        (line: string) => `${line} `,
        (line: string) => line.replace('{"entry":{', '{"entry":{"action":"container.stop",'),
        (line: string) => line.replace(/"hash":"./, (hash) => hash.slice(0, -1) + (hash.endsWith('0') ? '1' : '0')),
      ])
        expect(await verify(replace(change))).toMatchObject(broken('altered', n));
      const event = (i: number) => ({
        actor: { kind: 'human' as const, name: i === n ? 'eve' : 'ada@example.com', known: 'oidc:https://id' },
        action: 'container.start' as const,
        subject: { kind: 'container', name: `c-${i}` },
      });
      // Every hash from there on, and everything but the heads, agrees with itself.
      const others = exportedLedger({
        ...made,
        event: (i) => ({ ...event(i), actor: { ...event(i).actor, name: 'x' } }),
      });
      const anew = exportedLedger({ ...made, event });
      const heads = others.map((line, i) => (line.startsWith('{"treeHead"') ? line : anew[i]!));
      expect(await verify(heads)).toMatchObject(broken('altered', 1));
    }
  });

  test('comes after what was cut off, wherever that is', async () => {
    const bytes = Buffer.from(`${whole.join('\n')}\n`);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: bytes.length - 2 }), async (length) => {
        const cut = bytes.subarray(0, length);
        const there = cut.toString('latin1').split('\n').slice(0, -1).filter(isEntry).length;
        const answer = await verify(cut);
        expect([answer.status, answer.result]).toEqual([2, 'broken']);
        if (answer.fault?.sequence !== undefined) expect(answer.fault.sequence).toBeLessThanOrEqual(there + 2);
      }),
      fuzz(25),
    );
  });
});

describe('heads', () => {
  const at = (size: number): Frontier => {
    const frontier = new Frontier();
    for (const line of whole.filter(isEntry).slice(0, size))
      frontier.append(Buffer.from((JSON.parse(line) as { hash: string }).hash, 'hex'));
    return frontier;
  };
  const time = '2026-11-26T10:00:00.000Z';
  const withoutHeads = whole.filter((line) => !line.startsWith('{"treeHead"'));
  const under = (line: string): readonly string[] => withoutHeads.toSpliced(-1, 0, line);

  test('that a key of ours signed are needed: of others it can’t be told, with a wrong signature or of another ledger it is forged', async () => {
    expect(await verify(under(headLine(at(40), { ledger, signer, time })))).toMatchObject({ status: 0 });
    expect(await verify(withoutHeads)).toMatchObject({ status: 3, result: 'cannot-tell' });
    expect(await verify(under(headLine(at(40), { ledger, signer: stranger, time })))).toMatchObject({
      status: 3,
      strangers: [stranger.id],
    });
    const forged = headLine(at(40), { ledger, signer: { ...signer, sign: (made) => stranger.sign(made) }, time });
    expect(await verify(under(forged))).toMatchObject(broken('forged-head'));
    const foreign = headLine(at(40), { ledger: ledger.replace('3', '4'), signer, time });
    expect(await verify(under(foreign))).toMatchObject(broken('forged-head'));
    expect(await verify(under(headLine(at(39), { ledger, signer, time })))).toMatchObject(broken('reordered'));
    const shorter = withoutHeads.toSpliced(lineOf(40) - 5, 1).slice(0, -1);
    expect(await verify([...shorter, headLine(at(40), { ledger, signer, time })])).toMatchObject(broken('dropped'));
  });

  test('of a hundred thousand strangers are counted in bounded memory, and prove nothing', async () => {
    const one = headLine(at(40), { ledger, signer: stranger, time });
    const many = Array.from({ length: 100_000 }, (_, i) =>
      one.replace(/sha256:.{8}/, `sha256:${String(i).padStart(8, '0')}`),
    );
    const answer = await verify(withoutHeads.toSpliced(-1, 0, ...many));
    expect([answer.status, answer.strangers.length]).toEqual([3, 100]);
  });

  test('that were kept, but of what stands before the file, were not compared: then it can’t be told', async () => {
    const head = join(folder, 'head.json');
    writeFileSync(head, headLine(at(8), { ledger, signer, time }));
    expect(await verify(whole, '--head', head)).toMatchObject({ status: 0 });
    const before = at(16);
    const { previous } = (JSON.parse(whole[lineOf(17)]!) as { entry: { previous: string } }).entry;
    const header = {
      ...(JSON.parse(whole[0]!) as object),
      after: 16,
      previous,
      peaks: before.peaks.map((peak) => peak.toString('hex')),
    };
    const part = [JSON.stringify(header), ...whole.slice(lineOf(17))];
    expect(await verify(part)).toMatchObject({ status: 0, first: 17 });
    expect(await verify(part, '--head', head)).toMatchObject({ status: 3, result: 'cannot-tell', unchecked: [8] });
  });
});

describe('bytes that no ledger writes', () => {
  test('never pass for its entries: what verifies has every entry as it was', async () => {
    const bytes = Buffer.from(`${whole.join('\n')}\n`);
    const original = whole.filter(isEntry);
    const edit = fc.record({
      at: fc.nat({ max: bytes.length - 1 }),
      remove: fc.integer({ min: 0, max: 40 }),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 8 }),
        fc
          .constantFrom(...['"', '\n', '{', '}', '[', '\\u0000', '\ufeff', '\r\n', '{"end":{"size":40}}\n', '\u0000'])
          .map((piece) => new Uint8Array(Buffer.from(piece))),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 3 }), async (edits) => {
        let hostile: Buffer = bytes;
        for (const { at, remove, put } of edits)
          hostile = Buffer.concat([hostile.subarray(0, at), put, hostile.subarray(at + remove)]);
        const answer = await verify(hostile);
        expect([0, 2, 3]).toContain(answer.status);
        expect({ intact: answer.status === 0, broken: answer.status === 2 }).toEqual({
          intact: answer.result === 'intact',
          broken: answer.result === 'broken',
        });
        if (answer.result === 'intact') expect(hostile.toString('utf8').split('\n').filter(isEntry)).toEqual(original);
      }),
      fuzz(150),
    );
  });

  test.each([
    ['nothing', ''],
    ['empty lines', '\n'.repeat(1000)],
    ['no UTF-8', Buffer.concat([Buffer.from(`${whole[0]}\n{"entry":{"action":"`), Buffer.from([0xc3, 0x28, 0xff])])],
    ['brackets without end', `${whole[0]}\n${'['.repeat(1 << 20)}\n`],
    ['objects in objects', `${whole[0]}\n${'{"entry":'.repeat(50_000)}1${'}'.repeat(50_000)}\n`],
    ['a version that is no number', `{"format":"plimsoll-ledger","version":{"toString":1,"valueOf":1}}\n`],
    [
      'a tree larger than any',
      `${JSON.stringify({ ...(JSON.parse(whole[0]!) as object), after: Number.MAX_SAFE_INTEGER, peaks: Array(53).fill('0'.repeat(64)) })}\n${whole[1]}\n`,
    ],
    ['an entry of a number beyond all', `${whole[0]}\n${whole[1]!.replace('"sequence":1,', '"sequence":1e300,')}\n`],
    ['a prototype', `${whole[0]}\n{"entry":{"__proto__":{"sequence":1}},"hash":"x"}\n`],
  ])('as %s are broken', async (_, bytes) => {
    expect(await verify(bytes)).toMatchObject({ status: 2, result: 'broken' });
  });

  test('as a line of a gigabyte are read in bounded memory by the program', () => {
    const handle = openSync(file, 'w');
    writeSync(handle, `${whole[0]}\n{"entry":"`);
    // Zeros without end, of which the disk keeps nothing.
    ftruncateSync(handle, 1 << 30);
    closeSync(handle);
    const { status, stderr, stdout } = spawnSync(
      '/usr/bin/time',
      ['-f', '%M', 'node', 'src/cli/main.ts', 'ledger', 'verify', file, '--key', key],
      { encoding: 'utf8' },
    );
    expect([status, stdout]).toEqual([
      2,
      expect.stringMatching(/^FAIL .*has \d+ bytes, more than the limit of 262144/),
    ]);
    expect(Number(stderr.trim().split('\n').at(-1))).toBeLessThan(256 * 1024);
  });
});
