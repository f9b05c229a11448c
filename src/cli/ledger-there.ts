import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '../model/index.ts';
import { counted, visibleText } from '../report/index.ts';
import { addressOf, type Answer, ask, askAll } from './ask-server.ts';
import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

export interface LedgerListFlags extends ServerFlags {
  readonly actor?: string;
  readonly actorKind?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly since?: string;
  readonly until?: string;
  readonly limit: string;
  readonly format: 'table' | 'json';
}

interface ExportFlags extends ServerFlags {
  readonly format: 'jsonl' | 'cef' | 'cloudevents';
  readonly since?: string;
  readonly until?: string;
  readonly output?: string;
  readonly webhook?: string;
  readonly syslog?: string;
  readonly cursor?: string;
  readonly key?: string;
}

const mostListed = 100_000;

/** Entries of a server's ledger, the latest first. */
export async function listThere(flags: LedgerListFlags, io: Io): Promise<void> {
  const most = Number(flags.limit);
  if (!Number.isInteger(most) || most < 1 || most > mostListed)
    throw new CodedError('usage', `--limit takes 1 to ${mostListed}, not ${flags.limit}`, { kind: 'usage' });
  const { actor, actorKind, action, subject, since, until } = flags;
  const query = { actor, actorKind, action, subject, since, until };
  const items = await withServer(flags, io, (server) => askAll(server, 'listLedger', query, most));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(items, undefined, 2)}\n`);
  if (items.length === 0) return void io.stdout.write('nothing of that kind happened\n');
  for (const { sequence, time, actor: who, action: what, subject: to, why } of items) {
    const reason = why === undefined ? '' : `: ${why}`;
    const line = `${sequence}  ${time.slice(0, 19).replace('T', ' ')}  ${who.name} (${who.kind}, ${who.known})  ${what}  ${to.name}${reason}`;
    io.stdout.write(`${visibleText(line)}\n`);
  }
}

/** Writes a server's ledger to a file or the terminal; a file is there whole or not at all. */
export async function exportThere(flags: ExportFlags, io: Io): Promise<void> {
  const odd = (['until', 'webhook', 'syslog', 'cursor', 'key'] as const).find((name) => flags[name] !== undefined);
  if (odd !== undefined)
    throw new CodedError('usage', `--${odd} does not go with --server: what its store lies in has it`, {
      kind: 'usage',
    });
  const since = flags.since ?? '1';
  if (!/^[1-9][0-9]{0,14}$/.test(since))
    throw new CodedError('usage', `with --server --since takes the number of an entry, not ${since}`, {
      kind: 'usage',
    });
  const query = { format: flags.format, after: Number(since) - 1 };
  await withServer(flags, io, async (server) => {
    const { routes } = await import('../server/contract/index.ts');
    const lines = await server.read(addressOf(routes.exportLedger, { query }));
    if (flags.output === undefined) {
      for await (const part of lines)
        await new Promise<void>((resolve, reject) =>
          io.stdout.write(part, (error) => (error ? reject(error) : resolve())),
        );
      return;
    }
    const unfinished = `${flags.output}.${process.pid}.tmp`;
    try {
      await pipeline(lines, createWriteStream(unfinished, { flags: 'wx' }));
      await rename(unfinished, flags.output);
    } catch (cause) {
      await rm(unfinished, { force: true });
      if (cause instanceof CodedError) throw cause;
      throw new CodedError('ledger-export-failed', `the export broke off: ${(cause as Error).message}`, { cause });
    }
    io.stderr.write(`written to ${flags.output}\n`);
  });
}

/** Has a server check its own ledger, part by part. */
export async function verifyThere(
  files: readonly string[],
  flags: ServerFlags & {
    readonly format: 'table' | 'json';
    readonly key: readonly string[];
    readonly head: readonly string[];
  },
  io: Io,
): Promise<void> {
  if (files.length + flags.key.length + flags.head.length > 0)
    throw new CodedError('usage', 'files, --key and --head do not go with --server: it checks its own', {
      kind: 'usage',
    });
  const proof = await withServer(flags, io, async (server) => {
    let part: Answer<'verifyLedger'> = await ask(server, 'verifyLedger', { patienceMs: 600_000 });
    while (part.next !== undefined && part.result === 'intact')
      part = await ask(server, 'verifyLedger', { query: { after: part.next }, patienceMs: 600_000 });
    return part;
  });
  if (proof.result === 'broken') io.exitStatus = exitStatus.fail;
  if (proof.result === 'cannot-tell') io.exitStatus = exitStatus.cannotTell;
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(proof, undefined, 2)}\n`);
  const word = { intact: 'PASS', broken: 'FAIL', 'cannot-tell': 'CANNOT TELL' }[proof.result];
  const lines = [
    `${word}  ${counted(proof.entries, 'entry', 'entries')} up to now, as the server itself says`,
    ...proof.faults.map(({ entry, what }) => `      ${entry === undefined ? '' : `entry ${entry}: `}${what}`),
    `  ledger   ${proof.ledger}`,
    `  root     ${proof.root}`,
    '  better   plimsoll ledger export --server --output ledger.jsonl, and verify that file elsewhere',
  ];
  io.stdout.write(`${lines.map(visibleText).join('\n')}\n`);
}
