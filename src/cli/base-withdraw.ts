import { readCatalogue, withdrawBase } from '../flows/bases/index.ts';
import { visibleText } from '../report/index.ts';
import { addCatalogueOption, type CatalogueFlags, whoDoes } from './base-options.ts';
import type { RegisterCommand } from './command.ts';

interface WithdrawFlags extends CatalogueFlags {
  readonly by?: string;
  readonly role: string;
  readonly reason: string;
  readonly release?: string;
}

/** `plimsoll base deprecate NAME` and `plimsoll base retire NAME`. */
export function registerBaseWithdraw(state: 'deprecated' | 'retired'): RegisterCommand {
  return (command, io) => {
    command
      .argument('<name>', 'the base')
      .option('--by <person>', 'who does it')
      .requiredOption('--role <name>', 'in which role of roles.yaml')
      .requiredOption('--reason <text>', 'why, for those who build on it')
      .option('--release <digest>', 'only that release, by the beginning of its digest');
    addCatalogueOption(command).action(async (name: string, flags: WithdrawFlags) => {
      const { role, reason, release } = flags;
      await withdrawBase(await readCatalogue(flags.bases), {
        name,
        state,
        role,
        by: whoDoes(flags.by, io),
        at: io.now.toISOString(),
        why: reason,
        ...(release === undefined ? {} : { release }),
      });
      const what = release === undefined ? name : `the release ${release} of ${name}`;
      io.stdout.write(
        `${visibleText(`${what} is ${state}`)}\nnext  plimsoll base children ${visibleText(name)} names the images that stand on it\n`,
      );
    });
  };
}
