import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LedgerWriter, openStore, type Store } from '../../src/server-store/index.ts';
import { makeAuthority, pemOf } from '../make/certificates.ts';
import { postgresServers } from '../make/postgres.ts';
import { noRsyslogReason, type Rsyslog, startRsyslog } from '../make/rsyslog.ts';

const program = join(import.meta.dirname, '../../src/cli/main.ts');
const total = 20_000;

interface Target {
  readonly name: string;
  readonly missing?: string | undefined;
  args(): readonly string[];
  /** Numbers of the entries in the order in which they came. */
  received(): readonly number[];
}

describe('an export', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-resume-'));
  const at = (name: string): string => join(folder, name);
  let store: Store;
  let databaseUrl: string;
  let rsyslog: Rsyslog | undefined;
  let webhook: Server;
  const posted: number[] = [];

  beforeAll(async () => {
    databaseUrl = await postgresServers[0]!.freshDatabase();
    store = await openStore({ databaseUrl });
    const writer = new LedgerWriter(store);
    await Promise.all(
      Array.from({ length: total }, (_, i) =>
        writer.append({
          actor: { kind: 'human', name: 'ada', known: 'oidc:https://id' },
          action: 'waiver.approve',
          subject: { kind: 'waiver', name: `w-${i}` },
          why: 'first line\nsecond line',
        }),
      ),
    );
    await writer.close();
    if (noRsyslogReason() === undefined) rsyslog = await startRsyslog(folder);
    webhook = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        posted.push(...(JSON.parse(body) as { id: string }[]).map(({ id }) => Number(id)));
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await rsyslog?.stop();
    webhook?.closeAllConnections();
    webhook?.close();
    await store?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const targets: readonly Target[] = [
    {
      name: 'a file of CEF',
      args: () => ['--format', 'cef', '--output', at('out.cef')],
      received: () => numbersIn(readFileSync(at('out.cef'), 'utf8').split('\n').slice(0, -1)),
    },
    {
      name: 'a file of CloudEvents',
      args: () => ['--format', 'cloudevents', '--output', at('out.events')],
      received: () =>
        readFileSync(at('out.events'), 'utf8')
          .split('\n')
          .slice(0, -1)
          .map((line) => Number((JSON.parse(line) as { id: string }).id)),
    },
    {
      name: 'a webhook',
      args: () => [
        '--format',
        'cloudevents',
        '--webhook',
        `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/`,
      ],
      received: () => posted,
    },
    {
      name: 'rsyslog',
      missing: noRsyslogReason(),
      args: () => ['--format', 'cef', '--syslog', `tcp://127.0.0.1:${rsyslog!.port}`],
      received: () => numbersIn(rsyslog!.lines()),
    },
  ];

  function exporting(args: readonly string[]) {
    const child = spawn('node', [program, 'ledger', 'export', ...args], {
      env: { ...process.env, PLIMSOLL_DATABASE_URL: databaseUrl },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (text: Buffer) => (said += text.toString()));
    const ended = new Promise<string>((resolve) => child.once('close', (code) => resolve(`${code} ${said}`)));
    return { child, ended };
  }
  const cursorOf = (file: string): number => {
    try {
      return (JSON.parse(readFileSync(file, 'utf8')) as { sequence: number }).sequence;
    } catch {
      return 0;
    }
  };

  test.each(targets)(
    'to $name that is killed again and again loses nothing',
    async ({ missing, name, args, received }) => {
      if (missing !== undefined) return expect(missing).toBe('rsyslog is not installed');
      const cursor = at(`${name.replaceAll(' ', '-')}.cursor`);
      for (let kills = 0; kills < 3; kills++) {
        const { child, ended } = exporting([...args(), '--cursor', cursor]);
        // In the middle: something is delivered that the cursor of the last run does not say.
        const before = cursorOf(cursor);
        while (child.exitCode === null && cursorOf(cursor) === before) await sleep(1);
        child.kill('SIGKILL');
        await ended;
      }
      expect(cursorOf(cursor)).toBeGreaterThan(0);
      expect(await exporting([...args(), '--cursor', cursor]).ended).toMatch(/^0 /);
      // What a receiver has read it may still be writing down.
      for (let i = 0; i < 200 && received().at(-1) !== total; i++) await sleep(50);
      const numbers = received();
      expect(new Set(numbers).size).toBe(total);
      // Each goes on at most where it was, never behind it: what came twice came in the same order.
      expect(numbers.every((number, i) => number <= (numbers[i - 1] ?? 0) + 1)).toBe(true);
      expect(await exporting([...args(), '--cursor', cursor]).ended).toMatch(/^0 nothing new after entry 20000/);
    },
  );

  test.skipIf(noRsyslogReason() !== undefined)('to rsyslog keeps every entry one message, as RFC 5424 has them', () => {
    const [first] = rsyslog!.lines();
    expect(first).toMatch(
      /^<109>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \S+ plimsoll - - - CEF:0\|Plimsoll\|Plimsoll\|.* reason=first line\\nsecond line$/,
    );
  });

  test('to a receiver over TLS is framed by its lengths, and goes to nobody whose certificate is not trusted', async () => {
    const authority = await makeAuthority(folder);
    const received: Buffer[] = [];
    const server = createTlsServer(pemOf(await authority.issue('siem', ['IP:127.0.0.1'])), (socket) => {
      socket.on('data', (part) => received.push(part));
      socket.on('end', () => socket.end());
      socket.on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `tls://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const args = ['--format', 'cef', '--syslog', address, '--until', '1500'];
    expect(await exporting(args).ended).toMatch(/^1 .*\(syslog-failed\)[^]*NODE_EXTRA_CA_CERTS/);
    expect(Buffer.concat(received).length).toBe(0);
    process.env['NODE_EXTRA_CA_CERTS'] = authority.cert;
    try {
      expect(await exporting(args).ended).toMatch(/^0 1500 entries up to 1500 written to tls:/);
    } finally {
      delete process.env['NODE_EXTRA_CA_CERTS'];
      server.close();
    }
    expect(numbersIn(unframed(Buffer.concat(received)))).toEqual(Array.from({ length: 1500 }, (_, i) => i + 1));
  });

  test('to a receiver that hangs up in the middle is not said to be taken', async () => {
    const server = createTcpServer((socket) => {
      socket.once('data', () => socket.destroy());
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { openSyslogSink } = await import('../../src/flows/ledger/index.ts');
    const sink = openSyslogSink(`tcp://127.0.0.1:${port}`, { signal: new AbortController().signal, tries: 1 });
    const text = `${'x'.repeat(1000)}\n`.repeat(20_000);
    await expect(sink.take({ text, sequence: 1, entries: 1 })).rejects.toMatchObject({ code: 'syslog-failed' });
    server.close();
    for (const wrong of ['udp://127.0.0.1:514', 'siem', 'tcp://', 'tcp://siem/path'])
      expect(() => openSyslogSink(wrong, { signal: new AbortController().signal })).toThrow(
        expect.objectContaining({ code: 'syslog-address' }),
      );
  });
});

function numbersIn(lines: readonly string[]): number[] {
  return lines.map((line) => Number(/ externalId=(\d+) /.exec(line)?.[1]));
}

/** Octet counting (RFC 5425 § 4.3): `MSG-LEN SP SYSLOG-MSG`, and nothing else. */
function unframed(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const space = bytes.indexOf(0x20, from);
    const length = bytes.toString('latin1', from, space);
    expect(length).toMatch(/^[1-9]\d*$/);
    messages.push(bytes.toString('utf8', space + 1, space + 1 + Number(length)));
    from = space + 1 + Number(length);
  }
  return messages;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => resolve(body));
  });
}
