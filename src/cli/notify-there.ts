import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import type { NotifyChannel, NotifyChannelChange } from '../server/contract/index.ts';
import { ask } from './ask-server.ts';
import { defined } from './defined.ts';
import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';
import { readSecrets, type SecretFlags } from './sources-options.ts';

export interface SetFlags extends ServerFlags, SecretFlags {
  readonly results?: readonly string[];
  readonly allImages?: boolean;
  readonly teams?: readonly string[];
  readonly scopes?: readonly string[];
  readonly environments?: readonly string[];
  readonly mailServer?: string;
  readonly from?: string;
  readonly to?: readonly string[];
  readonly ownerDomains?: readonly string[];
}

export async function listChannels(flags: ServerFlags & { readonly format: string }, io: Io): Promise<void> {
  const { items } = await withServer(flags, io, (server) => ask(server, 'listNotify'));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(items, undefined, 2)}\n`);
  if (items.length === 0) return void io.stdout.write('nobody is told\n');
  io.stdout.write(items.map((each) => `${visibleText(lineOf(each))}\n`).join(''));
}

function lineOf({ name, kind, place, results, running, origin, to = [] }: NotifyChannel): string {
  const what = running ? 'images that run' : 'all images';
  const whom = to.length === 0 ? '' : ` to ${to.join(', ')}`;
  return `${name}  ${kind} ${place}${whom}, turns to ${results.join(', ')} of ${what}${origin === 'file' ? ' (of the file)' : ''}`;
}

export async function setChannel(name: string, kind: string, flags: SetFlags, io: Io): Promise<void> {
  if (kind !== 'webhook' && kind !== 'slack' && kind !== 'email')
    throw new CodedError('invalid-notifications', `${kind} is no kind of channel`, {
      kind: 'usage',
      hint: 'webhook, slack or email',
    });
  const { results, teams, scopes, environments, mailServer: server, from, to, ownerDomains } = flags;
  const body = {
    kind,
    ...(flags.allImages === true ? { running: false } : {}),
    ...defined({ results, teams, scopes, environments, server, from, to, ownerDomains }),
    ...readSecrets(flags, io),
  } as unknown as NotifyChannelChange;
  const set = await withServer(flags, io, (server) => ask(server, 'putNotify', { params: { name }, body }));
  io.stdout.write(`${visibleText(lineOf(set))}\n`);
}

export async function removeChannel(name: string, flags: ServerFlags, io: Io): Promise<void> {
  await withServer(flags, io, (server) => ask(server, 'removeNotify', { params: { name } }));
  io.stdout.write(`${visibleText(name)} tells nobody any more\n`);
}

export async function testChannel(name: string, flags: ServerFlags, io: Io): Promise<void> {
  const { result, why } = await withServer(flags, io, (server) =>
    ask(server, 'testNotify', { body: { channel: name }, patienceMs: 60_000 }),
  );
  io.stdout.write(`${visibleText(result === 'sent' ? `${name}: sent` : `${name}: ${result}: ${why ?? ''}`)}\n`);
  if (result !== 'sent') io.exitStatus = exitStatus.toolError;
}
