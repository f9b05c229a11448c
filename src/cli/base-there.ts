import { counted, visibleText } from '../report/index.ts';
import { ask } from './ask-server.ts';
import type { Io } from './io.ts';
import { type ServerFlags, withServer } from './server-options.ts';

/** The bases that a server shows, with what stands on them. */
export async function listThere(flags: ServerFlags & { readonly format: string }, io: Io): Promise<void> {
  const { items } = await withServer(flags, io, (server) => ask(server, 'listBases'));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(items, undefined, 2)}\n`);
  if (items.length === 0)
    return void io.stdout.write('the server shows no bases: plimsoll serve --bases FOLDER names its catalogue\n');
  const lines = items.map(({ name, state, purpose, owner, children, running }) => {
    const { pass, fail, cannotTell, unknown } = children;
    const on = pass + fail + cannotTell + unknown;
    return `${name}  ${state}, of ${owner}: ${purpose}\n  ${counted(on, 'image')} on it, ${fail} fail; ${counted(running, 'container')} running`;
  });
  io.stdout.write(`${lines.map(shown).join('\n')}\n`);
}

/** The images of a server that stand on a base. */
export async function childrenThere(
  name: string,
  flags: ServerFlags & { readonly format: string },
  io: Io,
): Promise<void> {
  const base = await withServer(flags, io, (server) => ask(server, 'getBase', { params: { name } }));
  if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(base.childList, undefined, 2)}\n`);
  if (base.childList.length === 0) return void io.stdout.write(`no image of the server stands on ${name}\n`);
  const lines = base.childList.map(
    (child) =>
      `${child.name}  ${child.digest.slice(7, 19)}  ${child.verdict}, ${child.running} running${child.release === undefined ? '' : `, on ${child.release.slice(7, 19)}`}`,
  );
  io.stdout.write(`${lines.map(shown).join('\n')}\n`);
}

function shown(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
