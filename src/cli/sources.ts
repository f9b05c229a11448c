import type { RegisterCommand } from './command.ts';
import { registerSourcesAdd } from './sources-add.ts';
import { registerSourcesList } from './sources-list.ts';
import { registerSourcesRemove } from './sources-remove.ts';
import { registerSourcesTest } from './sources-test.ts';

/** `plimsoll sources`: what the server asks for what runs. */
export const registerSources: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const sub = (name: string, summary: string) =>
    command.command(name).summary(summary).description(summary).exitOverride();
  registerSourcesAdd(sub('add', 'have the server watch an engine, a cluster or a registry'), io);
  registerSourcesList(sub('list', 'say what is watched, and how that goes'), io);
  registerSourcesRemove(sub('remove', 'watch something no longer; what was seen there is kept'), io);
  registerSourcesTest(sub('test', 'ask something once, from this machine, and say what answers'), io);
};

const examples = `Examples:
  plimsoll sources test docker unix:///var/run/docker.sock
  plimsoll sources add node-7 docker tcp://node-7:2376 --environment production \\
    --secret ca=ca.pem --secret clientCertificate=cert.pem --secret clientKey=key.pem
  plimsoll sources add cluster-1 kubernetes https://10.0.0.1:6443 \\
    --secret token=token.txt --secret ca=ca.crt
  plimsoll sources add registry registry registry.example.com/shop/* \\
    --secret username=env://NAME --secret password=password.txt
  plimsoll sources list
`;
