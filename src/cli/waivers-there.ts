import { readFileSync } from 'node:fs';
import { CodedError } from '../model/index.ts';
import { parseWaivers } from '../policy/index.ts';
import { counted, visibleText } from '../report/index.ts';
import type { Waiver } from '../server/contract/index.ts';
import { ask, askAll } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

export interface ListFlags extends ServerFlags {
  readonly state?: string;
  readonly image?: string;
  readonly format: string;
}

export interface RequestFlags extends ServerFlags {
  readonly image?: string;
  readonly finding?: string;
}

export interface DecideFlags extends ServerFlags {
  readonly why: string;
}

const mostListed = 10_000;

export async function listWaivers(flags: ListFlags, io: Io): Promise<void> {
  const { state, image } = flags;
  const items = await withServer(flags, io, (server) => askAll(server, 'listWaivers', { state, image }, mostListed));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(items, undefined, 2)}\n`);
  if (items.length === 0) return void io.stdout.write('no such waivers\n');
  io.stdout.write(items.map((each) => `${linesOf(each).map(visibleText).join('\n')}\n`).join(''));
}

function linesOf({ id, state, owner, reason, expires, requestedBy, requestedAt, covers, ...rest }: Waiver): string[] {
  const until = expires === undefined ? 'without an end' : `until ${lastDayOf(expires)}`;
  const by = rest.decidedBy === undefined ? '' : `, decided by ${rest.decidedBy}: ${rest.decision ?? ''}`;
  return [
    `${id}  ${state}, ${until}, of ${owner}: ${reason}`,
    `  asked for by ${requestedBy} on ${requestedAt.slice(0, 10)}${by}`,
    ...(state === 'approved' ? [`  changes ${counted(covers, 'verdict')}`] : []),
  ];
}

/** Of a waiver that ends at a moment: the day that its text names, on which it still holds. */
function lastDayOf(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString().slice(0, 10);
}

/** Asks for the one waiver that a file holds. @throws CodedError `invalid-policy`, `waiver-known` */
export async function requestWaiver(file: string, flags: RequestFlags, io: Io): Promise<void> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CodedError('file-unreadable', `${file} could not be read: ${(cause as Error).message}`, { cause });
  }
  const [waiver] = await parseWaivers(text, file);
  const { image, finding } = flags;
  const body = { text, reason: waiver?.reason ?? 'none given', image, finding };
  const asked = await withServer(flags, io, (server) => ask(server, 'requestWaiver', { body }));
  io.stdout.write(`asked for ${visibleText(asked.id)}; plimsoll waiver list shows what is decided\n`);
}

export async function decideWaiver(
  deed: 'approve' | 'refuse' | 'withdraw',
  id: string,
  flags: DecideFlags,
  io: Io,
): Promise<void> {
  const route = ({ approve: 'approveWaiver', refuse: 'refuseWaiver', withdraw: 'withdrawWaiver' } as const)[deed];
  const waiver = await withServer(flags, io, (server) =>
    ask(server, route, { params: { id }, body: { why: flags.why } }),
  );
  const changes = waiver.state === 'approved' ? `; it changes ${counted(waiver.covers, 'verdict')}` : '';
  io.stdout.write(`${visibleText(id)} is ${waiver.state}${changes}\n`);
}
