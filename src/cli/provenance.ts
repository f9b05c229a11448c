import { loadTrustRoot } from '../flows/trust-root/index.ts';
import { imageProvenance } from '../flows/verify/index.ts';
import { renderProvenance } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import { addRegistryOptions, type RegistryFlags, registryOptions } from './registry-options.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import { writeReport } from './write-reports.ts';

interface ProvenanceFlags extends RegistryFlags, ServerFlags {
  readonly trustRoot?: string;
  readonly format: 'table' | 'json';
  readonly output?: string;
}

/** `plimsoll provenance IMAGE`. */
export const registerProvenance: RegisterCommand = (command, io) => {
  command
    .argument('<image>', 'an image in a registry')
    .addHelpText(
      'before',
      'Examples:\n  plimsoll provenance registry.example.com/shop/cart:1.8.2\n  plimsoll provenance --trust-root trust.yaml --platform linux/amd64 IMAGE\n',
    )
    .option('--trust-root <file>', 'say whether an enrolled builder signed it')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .option('-o, --output <file>', 'write it there');
  addOptionalServer(command, 'from commit to container, as a server verified and saw it');
  addRegistryOptions(command)
    .option('--offline', 'no network: by what was read here before')
    .action(async (image: string, flags: ProvenanceFlags) => {
      if (flags.server !== undefined) return (await import('./provenance-there.ts')).showChain(image, flags, io);
      const { repository, digest, found } = await imageProvenance(image, {
        ...(flags.trustRoot === undefined ? {} : { root: await loadTrustRoot(flags.trustRoot) }),
        now: io.now,
        ...(flags.platform === undefined ? {} : { platform: flags.platform }),
        registry: registryOptions(flags, io),
      });
      const text =
        flags.format === 'json'
          ? `${JSON.stringify({ repository, digest, provenance: found }, undefined, 2)}\n`
          : renderProvenance(
              { name: `${image}  ${digest.slice(0, 19)}`, found },
              { columns: flags.output === undefined ? io.columns : 100 },
            );
      await writeReport(text, flags.output, io);
      // Nothing says what it was built from: that can't be told.
      if (found.length === 0) io.exitStatus = exitStatus.cannotTell;
    });
};
