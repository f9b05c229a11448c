import { loadTrustRoot } from '../flows/trust-root/index.ts';
import { rebuildImage, type Rebuilt } from '../flows/rebuild/index.ts';
import { CodedError } from '../model/index.ts';
import { renderRebuild, visibleText } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';
import { addRegistryOptions, type RegistryFlags, registryOptions } from './registry-options.ts';
import { endProgress } from './scan-options.ts';
import { writeReport } from './write-reports.ts';

interface Flags extends RegistryFlags {
  readonly check?: boolean;
  readonly provenance?: string;
  readonly trustRoot?: string;
  readonly image?: string;
  readonly source?: string;
  readonly secret?: readonly string[];
  readonly engine?: string;
  readonly format: 'table' | 'json';
  readonly output?: string;
}

/** `plimsoll rebuild --check IMAGE|PROVENANCE`. */
export const registerRebuild: RegisterCommand = (command, io) => {
  command
    .argument('<image-or-provenance>', 'an image of a registry, an archive or layout, or a file of provenance')
    .addHelpText('before', examples)
    .addHelpText('after', '\nExit status: 0 the same, 2 it differs, 3 cannot tell.')
    .option('--check', 'build it again and say what differs; nothing is kept')
    .optionsGroup('What is built again:')
    .option('--provenance <file>', 'the provenance, where it is not with the image')
    .option('--trust-root <file>', 'take only provenance that an enrolled builder signed')
    .option('--image <image>', 'the image to compare with, where a file of provenance is given')
    .option('--source <place>', 'a folder or address that has the commit, in place of what the provenance says')
    .option(
      '--secret <id=…,src=…>',
      'a secret that it was built with; several',
      (value: string, all: string[] = []) => [...all, value],
    )
    .option('--engine <name>', 'build with another engine than it was built with')
    .optionsGroup('The report:')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    )
    .option('-o, --output <file>', 'write it there');
  addRegistryOptions(command).action((target: string, flags: Flags) => rebuild(target, flags, io));
};

const examples = `Examples:
  plimsoll rebuild --check registry.example.com/shop/cart:1.8.2 --trust-root trust.yaml
  plimsoll rebuild --check cart.tar
  plimsoll rebuild --check cart.provenance.json --image archive:cart.tar --source ../cart
`;

async function rebuild(target: string, flags: Flags, io: Io): Promise<void> {
  if (flags.check !== true)
    throw new CodedError('nothing-to-do', 'rebuild keeps nothing of what it builds', {
      kind: 'usage',
      hint: 'rebuild --check says what differs; plimsoll build makes an image to keep',
    });
  const registry = registryOptions(flags, io);
  const { platform: _platform, nowMs: _now, answersFreshForMs: _fresh, ...open } = registry;
  const rebuilt = await rebuildImage(target, {
    registry,
    open: { ...open, ...(flags.platform === undefined ? {} : { platform: flags.platform }) },
    world: { env: io.env, signal: io.signal },
    now: io.now,
    ...(flags.provenance === undefined ? {} : { provenance: flags.provenance }),
    ...(flags.trustRoot === undefined ? {} : { root: await loadTrustRoot(flags.trustRoot) }),
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
    ...(flags.image === undefined ? {} : { image: flags.image }),
    ...(flags.source === undefined ? {} : { source: flags.source }),
    ...(flags.engine === undefined ? {} : { engine: flags.engine }),
    secrets: flags.secret ?? [],
    insecureHttp: registry.insecureHttp === true,
    onLine: (line) => {
      if (flags.quiet !== true) io.stderr.write(`${visibleText(line)}\n`);
    },
  });
  endProgress(io);
  io.exitStatus = { same: exitStatus.pass, differs: exitStatus.fail, 'cannot-tell': exitStatus.cannotTell }[
    rebuilt.result
  ];
  const { recipe, ...facts } = rebuilt;
  const text =
    flags.format === 'json'
      ? jsonOf(rebuilt)
      : renderRebuild({ ...facts, ...(recipe === undefined ? {} : { source: recipe.source }) });
  await writeReport(text, flags.output, io);
}

function jsonOf({ recipe, ...facts }: Rebuilt): string {
  const built =
    recipe === undefined ? {} : { source: recipe.source, builderId: recipe.builderId, parameters: recipe.parameters };
  return `${JSON.stringify({ ...facts, ...built }, undefined, 2)}\n`;
}
