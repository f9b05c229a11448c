import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { addSecretOption, kindOf, readSecrets, type SecretFlags } from './sources-options.ts';
import { ask } from './ask-server.ts';
import { addServerOption, type ServerFlags, withServer } from './server-options.ts';

interface AddFlags extends ServerFlags, SecretFlags {
  readonly environment?: string;
  readonly team?: string;
}

/** `plimsoll sources add NAME KIND ADDRESS`. */
export const registerSourcesAdd: RegisterCommand = (command, io) => {
  command
    .argument('<name>', 'what you call it; of an engine or cluster, the name of the host')
    .argument('<kind>', 'docker, kubernetes, containerd or registry')
    .argument(
      '<address>',
      'as the server reaches it: unix:///var/run/docker.sock, https://HOST:6443, registry.example.com',
    );
  addServerOption(addSecretOption(command))
    .option('--environment <name>', 'where all that runs there belongs, whatever its labels say')
    .option('--team <name>', 'whose all that runs there is, whatever its labels say')
    .action(async (name: string, kind: string, address: string, flags: AddFlags) => {
      const settings = { name, kind: kindOf(kind), address, secrets: readSecrets(flags, io) };
      const { checkSource } = await import('../flows/watch/index.ts');
      checkSource(settings);
      const { environment, team } = flags;
      const added = await withServer(flags, io, (server) =>
        ask(server, 'addSource', { body: { ...settings, environment, team } }),
      );
      io.stdout.write(`added ${visibleText(added.name)}; plimsoll sources list shows what it comes to\n`);
    });
};
