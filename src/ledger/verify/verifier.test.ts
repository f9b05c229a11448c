import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, type JsonValue } from '../canonical-json.ts';
import { type LedgerEvent, originHash, prepareEvent, sealEntry } from '../entry.ts';
import { endLine, entryLine, headerLine, treeHeadLine } from '../export/json-lines.ts';
import { Frontier } from '../merkle/frontier.ts';
import { checkpointText, parseCheckpoint } from '../tree-head.ts';
import { LineSplitter } from './split-lines.ts';
import { type LedgerCheck, LedgerVerifier, type VerifierOptions } from './verifier.ts';

const ledger = '3f0c9a52-1d64-4c0e-9f0a-6f2d8a7b1c11';
const keys = generateKeyPairSync('ed25519');
const stranger = generateKeyPairSync('ed25519');

interface Made {
  readonly lines: readonly string[];
  readonly hashes: readonly Buffer[];
}

/** A ledger of n entries, with a head after each tenth and after the last. */
function make(n: number, options: { events?: readonly LedgerEvent[]; key?: typeof keys; after?: number } = {}): Made {
  const { after = 0 } = options;
  const frontier = new Frontier();
  const lines: string[] = [];
  const hashes: Buffer[] = [];
  let previous = originHash(ledger);
  const header = (): void =>
    void lines.push(
      headerLine({ ledger, previous, before: frontier.copy(), keys: [{ id: 'sha256:ours', publicKey: 'PEM' }] }),
    );
  if (after === 0) header();
  for (let sequence = 1; sequence <= n; sequence++) {
    const event = options.events?.[sequence - 1] ?? eventOf(sequence);
    const sealed = sealEntry(prepareEvent(event), { sequence, previous, time: timeOf(sequence) });
    frontier.append(sealed.hash);
    hashes.push(sealed.hash);
    previous = sealed.hash.toString('hex');
    if (sequence > after) lines.push(entryLine(sealed.text, sealed.hash));
    if (sequence > after && (sequence % 10 === 0 || sequence === n))
      lines.push(headLine(frontier, options.key ?? keys));
    if (sequence === after) header();
  }
  return { lines: [...lines, endLine(n)], hashes };
}

function eventOf(n: number): LedgerEvent {
  return {
    actor: { kind: 'human', name: 'ada@example.com', known: 'oidc:https://accounts.example.com' },
    action: 'waiver.approve',
    subject: { kind: 'waiver', name: `w-${n}` },
    why: n % 3 === 0 ? `because "${n}" \u2028` : undefined,
  } as LedgerEvent;
}

function timeOf(n: number): string {
  return new Date(Date.UTC(2026, 10, 26) + n * 1000).toISOString();
}

function headLine(frontier: Frontier, { privateKey }: typeof keys): string {
  const checkpoint = checkpointText({
    ledger,
    size: frontier.size,
    root: frontier.root(),
    time: timeOf(frontier.size),
  });
  return treeHeadLine({
    checkpoint,
    key: 'sha256:ours',
    signature: sign(null, Buffer.from(checkpoint), privateKey).toString('base64'),
  });
}

function check(lines: readonly (string | Buffer)[], more: Partial<VerifierOptions> = {}): LedgerCheck {
  const verifier = new LedgerVerifier({
    isSigned: ({ key, checkpoint, signature }) =>
      key !== 'sha256:ours'
        ? 'stranger'
        : verify(null, Buffer.from(checkpoint), keys.publicKey, Buffer.from(signature, 'base64'))
          ? 'yes'
          : 'no',
    ...more,
  });
  const splitter = new LineSplitter((line) => verifier.line(line));
  for (const line of lines) splitter.push(Buffer.from(line));
  splitter.end();
  verifier.endOfFile();
  return verifier.result();
}

function fault(lines: readonly (string | Buffer)[], more: Partial<VerifierOptions> = {}): string {
  const { result, fault } = check(lines, more);
  return fault === undefined ? result : `${fault.kind} ${fault.sequence ?? '-'}: ${fault.message}`;
}

/** The line of an entry: behind the header, and a head after each tenth. */
const lineOf = (sequence: number): number => sequence + Math.floor((sequence - 1) / 10);

/** The entry as somebody changed it, with a hash that fits what it now says. */
function rehashed(line: string, change: (entry: Record<string, JsonValue>) => void): string {
  const { entry } = JSON.parse(line) as { entry: Record<string, JsonValue> };
  change(entry);
  const { sequence, time, previous, ...event } = entry;
  const sealed = sealEntry(prepareEvent(event as unknown as LedgerEvent), {
    sequence: sequence as number,
    time: time as string,
    previous: previous as string,
  });
  return entryLine(sealed.text, sealed.hash);
}

describe('an exported ledger', () => {
  const { lines, hashes } = make(25);

  test('that is whole is intact, and says what it covers', () => {
    const frontier = new Frontier();
    for (const hash of hashes) frontier.append(hash);
    expect(check(lines)).toEqual({
      result: 'intact',
      ledger,
      first: 1,
      last: 25,
      firstTime: '2026-11-26T00:00:01.000Z',
      lastTime: '2026-11-26T00:00:25.000Z',
      root: frontier.root().toString('hex'),
      covered: { size: 25, time: '2026-11-26T00:00:25.000Z', key: 'sha256:ours' },
      heads: 3,
      strangers: [],
      unchecked: [],
    });
  });

  test('of nothing is intact under a head of nothing', () => {
    const head = headLine(new Frontier(), keys);
    const empty = make(0).lines;
    expect(fault([empty[0]!, head, endLine(0)])).toBe('intact');
    expect(fault(empty)).toBe('cannot-tell');
  });

  test('names an entry whose text was changed', () => {
    const changed = lines.with(lineOf(7), lines[lineOf(7)]!.replace('ada@', 'eve@'));
    expect(fault(changed)).toBe('altered 7: entry 7 is not what its hash was made of');
    expect(check(changed).fault?.line).toBe(8);
  });

  test('names an entry whose hash was made anew, by the one that follows', () => {
    const changed = lines.with(
      lineOf(7),
      rehashed(lines[lineOf(7)]!, (entry) => (entry['why'] = 'another reason')),
    );
    expect(fault(changed)).toBe('altered 7: entry 7 was altered and its hash made anew: entry 8 follows another one');
  });

  test('names an entry that was made to follow another one', () => {
    const changed = lines.with(
      lineOf(7),
      rehashed(lines[lineOf(7)]!, (entry) => (entry['previous'] = 'ab'.repeat(32))),
    );
    expect(fault(changed)).toBe('altered 7: entry 7 was altered and its hash made anew: entry 7 follows another one');
  });

  test('tells by the signed heads that everything behind an entry was made anew', () => {
    const forged = make(25, { events: Array.from({ length: 25 }, (_, i) => eventOf(i + 1 === 14 ? 99 : i + 1)) });
    const heads = lines.filter((line) => line.startsWith('{"treeHead"'));
    let next = 0;
    const withOldHeads = forged.lines.map((line) => (line.startsWith('{"treeHead"') ? heads[next++]! : line));
    expect(fault(withOldHeads)).toBe(
      'altered 11: one of the entries 11 to 20 was altered and all hashes behind it made anew: the signed tree head of 20 entries has another root',
    );
    expect(fault(make(25, { events: forged.lines.map((_, i) => eventOf(i + 5)), key: stranger }).lines)).toBe(
      'forged-head -: the tree head of 10 entries is not signed by the key that it names',
    );
  });

  test('names entries that were dropped, also at a head and at the end', () => {
    expect(fault(lines.toSpliced(lineOf(7), 1))).toBe('dropped 7: entry 7 is missing');
    expect(fault(lines.toSpliced(lineOf(7), 3))).toBe('dropped 7: entries 7 to 9 are missing');
    expect(fault(lines.toSpliced(lineOf(10), 1))).toBe(
      'dropped 10: a tree head covers 10 entries, but the file goes on after entry 9',
    );
    expect(fault([...lines.slice(0, lineOf(22)), endLine(25)])).toBe(
      'dropped 22: entries 22 to 25 are missing at the end',
    );
    expect(fault(lines.toSpliced(1, 1))).toBe('dropped 1: entry 1 is missing');
  });

  test('names entries that stand elsewhere or twice', () => {
    const swapped = lines.with(lineOf(3), lines[lineOf(4)]!).with(lineOf(4), lines[lineOf(3)]!);
    expect(fault(swapped)).toBe('reordered 3: entry 4 stands where entry 3 belongs, which comes on line 5');
    const late = lines.toSpliced(lineOf(3), 1).toSpliced(lineOf(24), 0, lines[lineOf(3)]!);
    expect(fault(late)).toBe('reordered 3: entry 4 stands where entry 3 belongs, which comes on line 27');
    expect(fault(lines.toSpliced(lineOf(9), 0, lines[lineOf(5)]!))).toBe(
      'reordered 5: entry 5 stands again after entry 8',
    );
  });

  test('that was cut off is broken; one that was ended anew behind a head can only be told by a head that was kept', () => {
    expect(fault(lines.slice(0, lineOf(22)))).toBe(
      'cut-off 22: the file stops after entry 21, without the line that ends it',
    );
    const shortened = [...lines.slice(0, lineOf(20) + 2), endLine(20)];
    expect(fault(shortened)).toBe('intact');
    const kept = parseCheckpoint(
      (JSON.parse(lines.at(-2)!) as { treeHead: { checkpoint: string } }).treeHead.checkpoint,
    )!;
    expect(fault(shortened, { knownHeads: [kept] })).toBe(
      'dropped 21: the head that you hold covers 25 entries, but the file ends after entry 20',
    );
    expect(fault(lines, { knownHeads: [kept] })).toBe('intact');
    expect(fault(lines, { knownHeads: [{ ...kept, size: 12 }] })).toBe(
      'altered 11: one of the entries 11 to 12 was altered and all hashes behind it made anew: the signed tree head of 12 entries has another root',
    );
  });

  test('can’t be told where no trusted head covers its end', () => {
    expect(fault(lines.filter((line) => !line.startsWith('{"treeHead"')))).toBe('cannot-tell');
    expect(check(lines, { isSigned: () => 'stranger' })).toMatchObject({
      result: 'cannot-tell',
      strangers: ['sha256:ours'],
    });
  });

  test('may be a part: what stands before it is proven by its heads', () => {
    const part = make(25, { after: 13 }).lines;
    expect(check(part)).toMatchObject({ result: 'intact', first: 14, last: 25 });
    const lied = part.with(0, part[0]!.replace(/"peaks":\["[0-9a-f]{8}/, '"peaks":["00000000'));
    expect(fault(lied)).toContain('altered 14: one of the entries 14 to 20');
  });

  test('may lie in several files, which must follow one another', () => {
    const first = make(13).lines;
    const second = make(25, { after: 13 }).lines;
    expect(check([...first, ...second])).toMatchObject({ result: 'intact', first: 1, last: 25 });
    expect(fault([...first, ...make(25, { after: 15 }).lines])).toBe(
      'dropped 14: entries 14 to 15 are missing between two files',
    );
    expect(fault([...second, ...first])).toBe(
      'reordered 1: the file follows entry 0, the one before it ends with entry 25',
    );
    const other = make(13, { events: [eventOf(77)] }).lines;
    expect(fault([...other, ...second])).toBe(
      'altered 13: the file follows another entry 13 than that of the file before it',
    );
  });

  test('reads what no ledger writes as broken, in bounded memory', () => {
    expect(fault([])).toBe('unreadable -: there is nothing in it: not even the header of a ledger');
    expect(fault(lines.slice(1))).toBe('unreadable -: the file does not begin with the header of a ledger');
    expect(fault(['\n'])).toBe('unreadable -: the line is not JSON: it is empty, before any entry');
    expect(fault([lines[0]!, '{"entry":{"sequence":1}}\n'])).toBe(
      'unreadable 1: entry 1 does not say its time and what it follows, before any entry',
    );
    const twice = lines.with(2, lines[2]!.replace('{"action":', '{"action":"policy.change","action":'));
    expect(fault(twice)).toBe('altered 2: entry 2 is not what its hash was made of');
    const endless = Array.from({ length: 200 }, () => Buffer.alloc(1 << 20, 0x20));
    expect(fault([lines[0]!, ...endless])).toBe(
      'unreadable 1: the line has 262145 bytes, more than the limit of 262144, before any entry',
    );
    expect(fault([lines[0]!, `${'['.repeat(1000)}\n`])).toBe(
      'unreadable 1: the line is nested more than 40 levels deep, before any entry',
    );
  });

  test('with any byte of an entry turned is broken; with any line dropped or two swapped too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 25 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (sequence, at, turn) => {
        const entry = Buffer.from(lines[lineOf(sequence)]!);
        entry[at % entry.length]! ^= turn;
        const { result, fault } = check(lines.map((line, i) => (i === lineOf(sequence) ? entry : line)));
        expect(result).toBe('broken');
        expect(fault?.sequence).toBe(sequence);
      }),
      { seed: 11, numRuns: 2000 },
    );
    for (let i = 0; i < lines.length; i++) {
      const isHeadInside = lines[i]!.startsWith('{"treeHead"') && i < lines.length - 2;
      expect(check(lines.toSpliced(i, 1)).result, `without line ${i}`).toBe(
        isHeadInside ? 'intact' : i === lines.length - 2 ? 'cannot-tell' : 'broken',
      );
      for (let j = i + 1; j < lines.length; j++)
        expect(check(lines.with(i, lines[j]!).with(j, lines[i]!)).result).toBe('broken');
    }
  });

  test('is written as RFC 8785 says, whatever an event holds', () => {
    const details = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 4 }));
    fc.assert(
      fc.property(details, fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme' }), (details, name) => {
        const event = {
          ...eventOf(1),
          details: details as Record<string, JsonValue>,
          subject: { kind: 'image', name },
        };
        const { text } = sealEntry(prepareEvent(event), { sequence: 1, previous: originHash(ledger), time: timeOf(1) });
        expect(canonicalJson(JSON.parse(text) as JsonValue)).toBe(text);
        expect(fault(make(1, { events: [event] }).lines)).toBe('intact');
      }),
      { seed: 8785, numRuns: 500 },
    );
  });
});
