import { readText } from '../flows/policy/index.ts';
import { counted, visibleText } from '../report/index.ts';
import type { Vex } from '../server/contract/index.ts';
import { ask, askAll } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

export interface SendFlags extends ServerFlags {
  readonly why: string;
  readonly image?: string;
  readonly team?: string;
}

export interface ListFlags extends ServerFlags {
  readonly image?: string;
  readonly format: string;
}

export type ShowFlags = ServerFlags;

export interface RemoveFlags extends ServerFlags {
  readonly why: string;
}

const largestBytes = 4 << 20;
const mostListed = 5000;
/** The answer comes when everything that it is about was judged. */
const patienceMs = 600_000;

export async function sendVex(files: readonly string[], flags: SendFlags, io: Io): Promise<void> {
  const { why, image, team } = flags;
  await withServer(flags, io, async (server) => {
    for (const file of files) {
      const text = await readText(file, largestBytes);
      const body = { name: file, text, why, image, team };
      const sent = await ask(server, 'sendVex', { body, patienceMs });
      const what = !sent.isNew
        ? 'was kept already'
        : sent.replaced === undefined
          ? 'is kept'
          : 'takes the place of the one before';
      io.stdout.write(`${visibleText(file)} ${what}: ${counted(sent.statements, 'statement')}, ${sent.id}\n`);
      for (const complaint of sent.complaints) io.stderr.write(`plimsoll: ${visibleText(complaint)}\n`);
    }
  });
}

export async function listVex(flags: ListFlags, io: Io): Promise<void> {
  const { image } = flags;
  const items = await withServer(flags, io, (server) => askAll(server, 'listVex', { image }, mostListed));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(items, undefined, 2)}\n`);
  if (items.length === 0) return void io.stdout.write('no VEX documents\n');
  io.stdout.write(items.map((each) => `${linesOf(each).map(visibleText).join('\n')}\n`).join(''));
}

function linesOf({ id, name, image, team, statements, authors, why, sentBy, sentAt }: Vex): string[] {
  const where = image === undefined ? 'for what it names' : `for ${image.slice(0, 19)}`;
  return [
    `${id}  ${name}: ${counted(statements, 'statement')} of ${authors.join(', ')}`,
    `  ${where}${team === undefined ? '' : ` of team ${team}`}; sent by ${sentBy} on ${sentAt.slice(0, 10)}: ${why}`,
  ];
}

export async function showVex(id: string, flags: ShowFlags, io: Io): Promise<void> {
  const { text } = await withServer(flags, io, (server) => ask(server, 'getVex', { params: { id } }));
  io.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export async function removeVex(id: string, flags: RemoveFlags, io: Io): Promise<void> {
  const { why } = flags;
  await withServer(flags, io, (server) => ask(server, 'removeVex', { params: { id }, query: { why }, patienceMs }));
  io.stdout.write(`${visibleText(id)} counts no more\n`);
}
