import type { Command } from 'commander';
import type { Io } from './io.ts';
import type { SetFlags } from './notify-there.ts';
import { addServerOption, type ServerFlags } from './server-options.ts';
import { addSecretOption } from './sources-options.ts';

/** `plimsoll notify list|set|remove|test`: the channels of a server. */
export function registerChannels(command: Command, io: Io): void {
  const there = () => import('./notify-there.ts');
  const sub = (name: string, summary: string): Command =>
    addServerOption(command.command(name).summary(summary).description(summary).exitOverride());
  sub('list', 'who is told by a server, and how')
    .option('-f, --format <format>', 'table or json', 'table')
    .action(async (flags: ServerFlags & { format: string }) => (await there()).listChannels(flags, io));
  addSecretOption(sub('set', 'have a server tell somebody of verdicts that turn'))
    .argument('<name>', 'what the channel is called: a-z, 0-9 and -')
    .argument('<kind>', 'webhook, slack or email')
    .option('--results <word...>', 'turns to fail, cannot-tell or pass; default fail')
    .option('--all-images', 'of images that run nowhere, too')
    .option('--teams <name...>', 'of these teams alone')
    .option('--scopes <name...>', 'in these scopes alone')
    .option('--environments <name...>', 'of what runs there alone')
    .option('--mail-server <url>', 'of email: smtp://USER@HOST:PORT or smtps://…')
    .option('--from <address>', 'of email: whom it is from')
    .option('--to <address...>', 'of email: who is written to')
    .option('--owner-domains <domain...>', 'of email: owners with addresses there are written to as well')
    .addHelpText(
      'after',
      '\nSecrets: url and secret of a webhook, url of slack, password of email. What is not said stays as it was.\n',
    )
    .action(async (name: string, kind: string, flags: SetFlags) => (await there()).setChannel(name, kind, flags, io));
  sub('remove', 'have a server tell nobody by a channel any more')
    .argument('<name>', 'the channel')
    .action(async (name: string, flags: ServerFlags) => (await there()).removeChannel(name, flags, io));
  sub('test', 'have a server send a message that says that it is a test')
    .argument('<name>', 'the channel')
    .action(async (name: string, flags: ServerFlags) => (await there()).testChannel(name, flags, io));
}
