import { enrolledBuilder } from '../flows/build/index.ts';
import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';

/** `plimsoll builder id`. */
export const registerBuilder: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const summary = 'print the id that provenance of this machine has, and what it is known by';
  command
    .command('id')
    .summary(summary)
    .description(summary)
    .option('--builder <file>', "the builder's file; default /etc/plimsoll/builder.yaml, then ~/.config/plimsoll")
    .action((flags: { readonly builder?: string }) => tell(flags.builder, io));
};

const examples = `Examples:
  plimsoll builder id
  plimsoll builder id --builder ./builder.yaml
`;

async function tell(file: string | undefined, io: Io): Promise<void> {
  const { id, name, key, description, file: found } = await enrolledBuilder(file, io.env);
  const lines = [
    ['id', id],
    ['name', name],
    ['key', key ?? 'none: --key names one, or it signs elsewhere'],
    ['file', found],
    ...(description === undefined ? [] : [['about', description]]),
  ];
  for (const [title, text] of lines) io.stdout.write(`${title!.padEnd(6)} ${visibleText(text!)}\n`);
}
