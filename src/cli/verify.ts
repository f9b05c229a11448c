import { verifyImage } from '../flows/verify/index.ts';
import { CodedError, type Verification } from '../model/index.ts';
import { renderVerification } from '../report/index.ts';
import type { Command } from 'commander';
import type { RegisterCommand } from './command.ts';
import { statusOfVerdict } from './exit-status.ts';
import type { Io } from './io.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import { addRegistryOptions, type RegistryFlags, registryOptions } from './registry-options.ts';
import { addTrustOptions, ignoredProofs, type TrustFlags, trustOf } from './verify-options.ts';
import { writeReport } from './write-reports.ts';

interface VerifyFlags extends RegistryFlags, TrustFlags, ServerFlags {
  readonly format: 'table' | 'json';
  readonly output?: string;
  readonly signatureOnly?: boolean;
  readonly bases?: string;
  readonly exitZero?: boolean;
}

/** `plimsoll verify IMAGE`. */
export const registerVerify: RegisterCommand = (command, io) => {
  command.argument('<image>', 'an image in a registry').addHelpText('before', examples);
  addOptionalServer(addTrustOptions(command), 'what a server found')
    .option('--trust-root <file>', 'builders, people, sources and bases (plimsoll trust init)')
    .option('--bases <folder>', 'the catalogue of bases, which says who stands behind one')
    .option('--signature-only', 'ask neither where it was built from nor how it was judged')
    .optionsGroup('The report:')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .option('-o, --output <file>', 'write the report there')
    .option('--exit-zero', 'exit with 0 whatever the result; errors still count');
  addRegistryOptions(command)
    .option('--offline', 'no network: by what was read here before')
    .action(async (image: string, flags: VerifyFlags) => {
      if (flags.server !== undefined) {
        refuseOwnTrust(command);
        const { verifyThere } = await import('./verify-there.ts');
        return report(await verifyThere(image, flags, io), flags, io);
      }
      const { root, isWhole } = await trustOf(flags);
      const more = isWhole && flags.signatureOnly !== true;
      // A setting for every run may name a catalogue; who gives the flag wants an answer.
      if (!more && command.getOptionValueSource('bases') === 'cli') throw nobodyAsksForBases();
      const verification = await verifyImage(image, {
        root,
        now: io.now,
        asked: { provenance: more, verdict: more },
        ignore: ignoredProofs(flags),
        ...(flags.bases === undefined || !more ? {} : { catalogue: await catalogueAt(flags.bases) }),
        ...(flags.platform === undefined ? {} : { platform: flags.platform }),
        registry: registryOptions(flags, io),
      });
      await report(verification, flags, io);
    });
};

async function report(verification: Verification, flags: VerifyFlags, io: Io): Promise<void> {
  const toFile = flags.output !== undefined;
  const text =
    flags.format === 'json'
      ? `${JSON.stringify(verification, undefined, 2)}\n`
      : renderVerification(verification, { columns: toFile ? 100 : io.columns, color: io.color && !toFile });
  await writeReport(text, flags.output, io);
  io.exitStatus = flags.exitZero === true ? 0 : statusOfVerdict(verification.result);
}

const ownTrust = ['trustRoot', 'key', 'certificateIdentity', 'certificateIdentityRegexp', 'bases', 'signatureOnly'];

/** @throws CodedError `two-trusts` */
function refuseOwnTrust(command: Command): void {
  // Settings for every run may name a trust root; who gives a flag wants it to count.
  const odd = ownTrust.find((name) => command.getOptionValueSource(name) === 'cli');
  if (odd === undefined) return;
  const flag = odd.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new CodedError('two-trusts', `with --server the server's trust root decides: --${flag} does not go with it`, {
    kind: 'usage',
  });
}

function nobodyAsksForBases(): CodedError {
  return new CodedError('no-trust', '--bases would not be asked: the signature alone says nothing of a base', {
    kind: 'usage',
    hint: 'Name a trust root (--trust-root) and leave out --signature-only, or leave out --bases',
  });
}

/** Loaded only where it is asked for. */
async function catalogueAt(folder: string) {
  const { askCatalogue, readCatalogue } = await import('../flows/bases/index.ts');
  return askCatalogue(await readCatalogue(folder));
}

const examples = `Examples:
  plimsoll verify --server https://plimsoll.example.com registry.example.com/shop/cart:1.8.2
  plimsoll verify --trust-root trust.yaml registry.example.com/shop/cart:1.8.2
  plimsoll verify --trust-root trust.yaml --bases bases IMAGE   by the catalogue of bases, too
  plimsoll verify --key builder.pub IMAGE                       the signature alone
  plimsoll verify --certificate-identity me@example.com \\
    --certificate-oidc-issuer https://accounts.example.com --trusted-root trusted_root.json IMAGE
`;
