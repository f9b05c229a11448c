import { verifyBlob } from '../flows/verify/index.ts';
import { visibleText } from '../report/index.ts';
import { mendOf } from '../trust/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { addTrustOptions, ignoredProofs, type TrustFlags, trustOf } from './verify-options.ts';

interface VerifyBlobFlags extends TrustFlags {
  readonly bundle?: string;
  readonly signature?: string;
  readonly certificate?: string;
  readonly rfc3161Timestamp?: string;
  readonly format: 'table' | 'json';
}

/** `plimsoll verify-blob FILE`, with cosign's flags. */
export const registerVerifyBlob: RegisterCommand = (command, io) => {
  command.argument('<file>', 'the file that was signed; of a statement, sha256:<hex>').addHelpText('before', examples);
  addTrustOptions(command)
    .optionsGroup('The signature:')
    .option('--bundle <file>', 'a Sigstore bundle')
    .option('--signature <file>', 'the bare signature: a file, or base64')
    .option('--certificate <file>', 'the certificate that belongs to it')
    .option('--rfc3161-timestamp <file>', 'a time stamp of it')
    .option('--offline', 'always so: nothing is asked')
    .option('--new-bundle-format', 'both formats are known by what they hold')
    .option('--use-signed-timestamps', 'time stamps in a bundle always count')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .action(async (file: string, flags: VerifyBlobFlags) => {
      const { root } = await trustOf(flags);
      const { bundle, signature, certificate, rfc3161Timestamp } = flags;
      const verified = await verifyBlob(file, {
        root,
        now: io.now,
        ignore: ignoredProofs(flags),
        ...(bundle === undefined ? {} : { bundleFile: bundle }),
        ...(signature === undefined ? {} : { signature }),
        ...(certificate === undefined ? {} : { certificateFile: certificate }),
        ...(rfc3161Timestamp === undefined ? {} : { timestampFile: rfc3161Timestamp }),
      });
      if (verified.result === 'fail') io.exitStatus = exitStatus.fail;
      if (flags.format === 'json') {
        io.stdout.write(`${JSON.stringify({ file, ...verified }, undefined, 2)}\n`);
      } else if (verified.result === 'pass') {
        const { signer, provenAt } = verified;
        const by = signer.identity === undefined ? (signer.keyId ?? '').slice(0, 19) : signer.identity.issuer;
        const when = provenAt === undefined ? '' : `, signed by ${provenAt}`;
        io.stdout.write(`PASS  ${visibleText(`${file}: ${signer.name} (${by})${when}`)}\n`);
      } else {
        const { what, code } = verified.refusal;
        io.stdout.write(`FAIL  ${visibleText(`${file}: ${what} (${code})`)}\n  mend  ${mendOf(code)}\n`);
      }
    });
};

const examples = `Examples:
  plimsoll verify-blob --key builder.pub --bundle app.sigstore.json app.tar.gz
  plimsoll verify-blob --key builder.pub --signature app.sig app.tar.gz
  plimsoll verify-blob --bundle app.sigstore.json --trusted-root trusted_root.json \\
    --certificate-identity me@example.com \\
    --certificate-oidc-issuer https://accounts.example.com app.tar.gz
`;
