import { tmpdir } from 'node:os';
import type { RegisterCommand } from './command.ts';
import { visibleText } from '../report/index.ts';
import { addSecretOption, kindOf, readSecrets, type SecretFlags } from './sources-options.ts';

/** `plimsoll sources test KIND ADDRESS`. */
export const registerSourcesTest: RegisterCommand = (command, io) => {
  command
    .argument('<kind>', 'docker, kubernetes, containerd or registry')
    .argument('<address>', 'as this machine reaches it');
  addSecretOption(command).action(async (kind: string, address: string, flags: SecretFlags) => {
    const { testSource } = await import('../flows/watch/index.ts');
    const settings = { kind: kindOf(kind), name: 'the source', address, secrets: readSecrets(flags, io) };
    const said = await testSource(settings, { env: io.env, image: { cacheDirectory: tmpdir() }, signal: io.signal });
    io.stdout.write(`${visibleText(said)}\n`);
  });
};
