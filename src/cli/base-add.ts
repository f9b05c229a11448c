import { addBase, readCatalogue } from '../flows/bases/index.ts';
import { visibleText } from '../report/index.ts';
import { addCatalogueOption, type CatalogueFlags, whoDoes } from './base-options.ts';
import type { RegisterCommand } from './command.ts';

interface AddFlags extends CatalogueFlags {
  readonly from: string;
  readonly owner: string;
  readonly purpose: string;
  readonly description?: string;
  readonly judgedBy?: string;
  readonly scope?: string;
  readonly supportEnd?: string;
  readonly channel?: readonly string[];
  readonly by?: string;
}

/** `plimsoll base add NAME`. */
export const registerBaseAdd: RegisterCommand = (command, io) => {
  command
    .argument('<name>', 'how the organisation calls it: a-z, 0-9, ".", "_" and "-"')
    .requiredOption('--from <image>', 'the image that it is made from, as scan takes it')
    .requiredOption('--owner <who>', 'who answers for it')
    .option('--purpose <word>', 'what it is for: plain, java, node, python, static', 'plain')
    .option('--description <text>', 'one or two sentences for those who choose')
    .option('--judged-by <policy>', 'a built-in policy or a file, named from the catalogue; default base')
    .option('--scope <name>', 'which scope of that policy applies')
    .option('--support-end <day>', 'the day on which its support ends, YYYY-MM-DD')
    .option('--channel <tag...>', 'tags under which it is published')
    .option('--by <person>', 'who does it, for the history');
  addCatalogueOption(command).action(async (name: string, flags: AddFlags) => {
    const catalogue = await readCatalogue(flags.bases, { mayBeNew: true });
    const { description, judgedBy, scope, supportEnd } = flags;
    await addBase(
      catalogue,
      {
        name,
        purpose: flags.purpose,
        source: flags.from,
        owner: flags.owner,
        ...(description === undefined ? {} : { description }),
        ...(judgedBy === undefined ? {} : { policy: judgedBy }),
        ...(scope === undefined ? {} : { scope }),
        ...(supportEnd === undefined ? {} : { supportEnd }),
        channels: flags.channel ?? [],
      },
      { by: whoDoes(flags.by, io), at: io.now.toISOString() },
    );
    io.stdout.write(
      `${visibleText(`${flags.bases}/${name}.yaml: ${name}, a candidate from ${flags.from}`)}\nnext  plimsoll base assess ${visibleText(name)}\n`,
    );
  });
};
