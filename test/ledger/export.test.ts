import { createServer, type IncomingMessage } from 'node:http';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cefLine, cloudEventOf, type LedgerEvent } from '../../src/ledger/index.ts';
import { LedgerWriter, openStore, type Store } from '../../src/server-store/index.ts';
import { runCommand } from '../make/run-command.ts';
import { postgresServers } from '../make/postgres.ts';
import { freePort } from '../make/registry.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');
const event: LedgerEvent = {
  actor: { kind: 'human', name: 'ada|eve=\\ \n<134>1 forged', known: 'oidc:https://id' },
  action: 'waiver.approve',
  subject: { kind: 'waiver', name: 'w=1' },
  from: '10.1.2.3',
  why: 'line one\r\nline two\u2028three',
  details: { expires: '2026-12-01' },
};
const entry = { ...event, sequence: 7, time: '2026-11-26T08:00:00.123Z', previous: 'ab'.repeat(32) };
const hash = Buffer.alloc(32, 1);
const ledger = '3f0c9a52-1d64-4c0e-9f0a-6f2d8a7b1c11';

test('an entry in CEF is one line, and nothing in it passes for a field', () => {
  expect(cefLine({ entry, hash }, { version: '0.1.0', host: 'node 7\n', ledger })).toBe(
    `<109>1 2026-11-26T08:00:00.123Z node7 plimsoll - - - CEF:0|Plimsoll|Plimsoll|0.1.0|waiver.approve|waiver.approve|3|rt=1795680000123 externalId=7 act=waiver.approve suser=ada|eve\\=\\\\ \\n<134>1 forged cs1Label=actorKind cs1=human cs2Label=actorKnownBy cs2=oidc:https://id cs3Label=subjectKind cs3=waiver cs4Label=subject cs4=w\\=1 cs5Label=entryHash cs5=${'01'.repeat(32)} cs6Label=ledger cs6=${ledger} sourceServiceName=10.1.2.3 reason=line one\\nline two three msg={"expires":"2026-12-01"}`,
  );
});

test('an entry is a CloudEvent that its receiver knows again', () => {
  expect(cloudEventOf({ entry, hash }, ledger)).toEqual({
    specversion: '1.0',
    id: '7',
    source: `https://plimsoll.dev/ledger/${ledger}`,
    type: 'dev.plimsoll.waiver.approve',
    subject: 'waiver/w=1',
    time: '2026-11-26T08:00:00.123Z',
    datacontenttype: 'application/json',
    data: { entry, hash: '01'.repeat(32) },
  });
});

describe('plimsoll ledger', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-export-'));
  const at = (name: string): string => join(folder, name);
  let store: Store;
  let env: Record<string, string>;

  beforeAll(async () => {
    const databaseUrl = await postgresServers[0]!.freshDatabase();
    store = await openStore({ databaseUrl });
    env = { PLIMSOLL_DATABASE_URL: databaseUrl };
    await append(1500);
  });
  afterAll(async () => {
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function append(count: number): Promise<void> {
    const writer = new LedgerWriter(store);
    await Promise.all(Array.from({ length: count }, () => writer.append(event)));
    await writer.close();
  }

  const run = (...args: string[]) => runCommand('node', [program, ...args], { env });
  const linesOf = (name: string): string[] => readFileSync(at(name), 'utf8').trimEnd().split('\n');

  test('exports files that go on where the last ended, also behind one that was cut off', async () => {
    const args = ['ledger', 'export', '--format', 'cef', '--output', at('l.cef'), '--cursor', at('cef.cursor')];
    await run(...args);
    const first = linesOf('l.cef');
    writeFileSync(at('l.cef'), `${readFileSync(at('l.cef'), 'utf8')}<109>1 half a li`);
    await append(3);
    await run(...args);
    const all = linesOf('l.cef');
    expect([first.length, all.length]).toEqual([1500, 1503]);
    expect(all.map((line) => Number(/ externalId=(\d+) /.exec(line)?.[1]))).toEqual(
      Array.from({ length: 1503 }, (_, i) => i + 1),
    );
    await run(...args);
    expect(linesOf('l.cef').length).toBe(1503);
  });

  test('sends each entry to a webhook until it is taken, and then not again', async () => {
    const received: { ids: string[]; type: string; authorization: string }[] = [];
    let answers = [503, 200, 400];
    const server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        const status = answers.shift() ?? 200;
        if (status === 200)
          received.push({
            ids: (JSON.parse(body) as { id: string }[]).map(({ id }) => id),
            type: request.headers['content-type'] ?? '',
            authorization: request.headers.authorization ?? '',
          });
        response.writeHead(status).end();
      });
    });
    const port = await freePort();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    try {
      const args = [
        'ledger',
        'export',
        '--format',
        'cloudevents',
        '--webhook',
        `http://127.0.0.1:${port}/in`,
        '--cursor',
        at('hook.cursor'),
      ];
      env['PLIMSOLL_WEBHOOK_TOKEN'] = 'a-token';
      await expect(run(...args)).rejects.toThrow(/webhook-failed/);
      expect(received.map(({ ids }) => [ids[0], ids.length])).toEqual([['1', 1000]]);
      answers = [];
      await run(...args);
      await run(...args);
      expect(received.map(({ ids }) => [ids[0], ids.at(-1)])).toEqual([
        ['1', '1000'],
        ['1001', '1503'],
      ]);
      expect(received[1]).toMatchObject({
        type: 'application/cloudevents-batch+json; charset=utf-8',
        authorization: 'Bearer a-token',
      });
    } finally {
      server.close();
    }
  });

  test('exports what an auditor verifies elsewhere, in parts too', async () => {
    const key = at('signer.key');
    const { generateKeyPairSync } = await import('node:crypto');
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(at('signer.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    const sign = ['--key', key];
    await run('ledger', 'export', '--output', at('1.jsonl'), '--until', '1000', ...sign);
    writeFileSync(at('head.json'), await run('ledger', 'head', ...sign));
    await append(10);
    await run('ledger', 'export', '--output', at('2.jsonl'), '--since', '1001', ...sign);
    env = { ...env, PLIMSOLL_DATABASE_URL: '' };
    const verify = (...args: string[]) => run('ledger', 'verify', '--format', 'json', ...args).then(JSON.parse, String);
    expect(
      await verify(at('1.jsonl'), at('2.jsonl'), '--key', at('signer.pub'), '--head', at('head.json')),
    ).toMatchObject({
      result: 'intact',
      first: 1,
      last: 1513,
      trusted: 'key',
    });
    // Without a key of their own, they can't tell who made the file.
    await expect(run('ledger', 'verify', at('1.jsonl'), at('2.jsonl'))).rejects.toThrow(/CANNOT TELL/);
    const lines = linesOf('2.jsonl');
    writeFileSync(at('forged.jsonl'), lines.toSpliced(200, 1).join('\n'));
    await expect(run('ledger', 'verify', at('forged.jsonl'), '--key', at('signer.pub'))).rejects.toThrow(
      /FAIL .*entry 1200 is missing/,
    );
  });
});

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => resolve(body));
  });
}
