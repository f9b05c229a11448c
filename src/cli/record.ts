import { Option } from 'commander';
import type { RegisterCommand } from './command.ts';
import type { RecordFlags } from './record-there.ts';
import { addServerOption } from './server-options.ts';

/** `plimsoll record IMAGE`. */
export const registerRecord: RegisterCommand = (command, io) => {
  addServerOption(command)
    .addHelpText(
      'before',
      'Examples:\n  plimsoll record registry.example.com/shop/cart:1.8.2\n  plimsoll record sha256:71c4… --scope production --format sarif\n\nNothing is scanned: the record is as it was made, the verdict is the server’s of now.\n',
    )
    .argument('<image>', 'its digest, or a name that the server knows it by')
    .option('--scope <scope>', 'whose verdict to show; default: the worst')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['table', 'json', 'sarif']).default('table'))
    .option('-o, --output <file>', 'a file instead of the terminal')
    .option('--exit-zero', 'exit with 0 whatever the verdict; errors still count')
    .action(async (image: string, flags: RecordFlags) =>
      (await import('./record-there.ts')).showRecord(image, flags, io),
    );
};
