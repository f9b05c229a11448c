import { counted, visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import type { Source } from '../server/contract/index.ts';
import { ask } from './ask-server.ts';
import { addServerOption, type ServerFlags, withServer } from './server-options.ts';

interface ListFlags extends ServerFlags {
  readonly format: string;
}

/** `plimsoll sources list`. */
export const registerSourcesList: RegisterCommand = (command, io) => {
  addServerOption(command)
    .option('-f, --format <format>', 'table or json', 'table')
    .action(async (flags: ListFlags) => {
      const { items } = await withServer(flags, io, (server) => ask(server, 'listSources'));
      if (flags.format === 'json') return void io.stdout.write(`${JSON.stringify(items, null, 2)}\n`);
      if (items.length === 0)
        return void io.stdout.write('no sources yet: plimsoll sources add NAME docker unix:///var/run/docker.sock\n');
      io.stdout.write(items.map((each) => `${lines(each)}\n`).join(''));
    });
};

function lines(source: Source): string {
  const { name, kind, address, state, message, lastSeen, containers, environment, team } = source;
  const runs = kind === 'registry' ? '' : `, ${counted(containers, 'container')}`;
  const place = [environment, team].filter((each) => each !== undefined).map((each) => visibleText(each));
  const first = `${visibleText(name)}  ${kind} ${visibleText(address)}${place.length === 0 ? '' : `  (${place.join(', ')})`}`;
  const seen =
    lastSeen === undefined ? 'never heard from' : `last heard from ${lastSeen.slice(0, 19).replace('T', ' ')} UTC`;
  return `${first}\n  ${state}${runs}, ${seen}${message === undefined ? '' : `\n  ${visibleText(message)}`}`;
}
