import { CodedError } from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import { ask } from './ask-server.ts';
import { addServerOption, type ServerFlags, withServer } from './server-options.ts';

/** `plimsoll sources remove NAME`. */
export const registerSourcesRemove: RegisterCommand = (command, io) => {
  command.argument('<name>', 'the source');
  addServerOption(command).action(async (name: string, flags: ServerFlags) => {
    await withServer(flags, io, async (server) => {
      const { items } = await ask(server, 'listSources');
      const found = items.find((each) => each.name === name);
      if (found === undefined)
        throw new CodedError('bad-source', `${server.url} has no source called ${name}`, {
          kind: 'usage',
          hint: 'plimsoll sources list',
        });
      await ask(server, 'removeSource', { params: { id: found.id } });
    });
    io.stdout.write(`removed ${name}\n`);
  });
};
