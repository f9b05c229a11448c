import type { Command } from 'commander';
import type { RegisterCommand } from './command.ts';
import { addServerOption } from './server-options.ts';
import type { ListFlags, RemoveFlags, SendFlags, ShowFlags } from './vex-there.ts';

/** `plimsoll vex`: send, list, show, remove. */
export const registerVex: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const there = () => import('./vex-there.ts');
  const sub = (name: string, summary: string): Command =>
    addServerOption(command.command(name).summary(summary).description(summary).exitOverride());
  sub('send', 'have a server judge with VEX documents; one of the same name is replaced')
    .argument('<file...>', 'OpenVEX or CycloneDX VEX documents')
    .requiredOption('--why <reason>', 'for the ledger')
    .option('--image <digest>', 'for this image alone, whatever else they name')
    .option('--team <name>', 'for the images of this team alone')
    .action(async (files: readonly string[], flags: SendFlags) => (await there()).sendVex(files, flags, io));
  sub('list', 'VEX documents that a server judges with')
    .option('--image <digest>', 'those that may count for an image')
    .option('-f, --format <format>', 'table or json', 'table')
    .action(async (flags: ListFlags) => (await there()).listVex(flags, io));
  sub('show', 'print one as it was sent')
    .argument('<id>', 'as plimsoll vex list names it')
    .action(async (id: string, flags: ShowFlags) => (await there()).showVex(id, flags, io));
  sub('remove', 'have a server judge with one no longer')
    .argument('<id>', 'as plimsoll vex list names it')
    .requiredOption('--why <reason>', 'for the ledger')
    .action(async (id: string, flags: RemoveFlags) => (await there()).removeVex(id, flags, io));
};

const examples = `Examples:
  plimsoll vex send cart.vex.json --team shop --why 'reviewed by Ada'
  plimsoll vex list --image sha256:71c4…
  plimsoll vex remove 3f0c… --why 'the code is reached since 1.9'
`;
