import { signBlob } from '../flows/sign/index.ts';
import type { RegisterCommand } from './command.ts';
import { addSigningOptions, type SigningFlags, signingOptions } from './signing-options.ts';

interface SignBlobFlags extends SigningFlags {
  readonly bundle?: string;
  readonly outputSignature?: string;
}

/** `plimsoll sign-blob FILE`. */
export const registerSignBlob: RegisterCommand = (command, io) => {
  command
    .argument('<file>', 'the file to sign')
    .addHelpText(
      'before',
      'Examples:\n  plimsoll sign-blob --key builder.key --bundle app.sigstore.json app.tar.gz\n  plimsoll sign-blob --key builder.key app.tar.gz > app.sig\n',
    );
  addSigningOptions(command)
    .optionsGroup('What comes out:')
    .option('--bundle <file>', 'a Sigstore bundle, with all that proves it')
    .option('--output-signature <file>', 'the bare signature, in base64')
    .action(async (file: string, flags: SignBlobFlags) => {
      const { bundle, outputSignature } = flags;
      const { signature } = await signBlob(file, {
        ...signingOptions(flags, io),
        ...(bundle === undefined ? {} : { bundleFile: bundle }),
        ...(outputSignature === undefined ? {} : { signatureFile: outputSignature }),
      });
      if (bundle === undefined && outputSignature === undefined) io.stdout.write(`${signature}\n`);
    });
};
