import { signImage } from '../flows/sign/index.ts';
import { visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { addRegistryOptions, type RegistryFlags, registryOptions } from './registry-options.ts';
import { addSigningOptions, type SigningFlags, signingOptions } from './signing-options.ts';

interface SignFlags extends RegistryFlags, SigningFlags {
  readonly form: 'bundle' | 'simple';
  readonly recursive?: boolean;
}

/** `plimsoll sign IMAGE`. */
export const registerSign: RegisterCommand = (command, io) => {
  command
    .argument('<image...>', 'images in registries; by digest best, a tag may move')
    .addHelpText('before', examples);
  addSigningOptions(command)
    .optionsGroup('How:')
    .addOption(
      command
        .createOption('--form <form>', 'bundle as cosign 3 writes, or simple: the tag sha256-….sig of older ones')
        .choices(['bundle', 'simple'])
        .default('bundle'),
    )
    .option('-r, --recursive', 'of an index, each image that it lists too');
  addRegistryOptions(command).action(async (images: string[], flags: SignFlags) => {
    for (const image of images) {
      const signed = await signImage(image, {
        ...signingOptions(flags, io),
        now: io.now,
        form: flags.form,
        recursive: flags.recursive === true,
        ...(flags.platform === undefined ? {} : { platform: flags.platform }),
        registry: registryOptions(flags, io),
      });
      for (const { repository, subject, who, manifest } of signed)
        io.stdout.write(`signed ${visibleText(`${repository}@${subject}`)}\n  with ${who}, signature ${manifest}\n`);
    }
  });
};

const examples = `Examples:
  plimsoll sign --key builder.key registry.example.com/shop/cart@sha256:…
  plimsoll sign --key exec:./kms-sign --timestamp-server-url https://tsa.example.com IMAGE
  plimsoll sign --identity-token "$TOKEN" IMAGE
`;
