import { InvalidArgumentError } from 'commander';
import { kindNames, runFormNames } from '../dockerfile/init/names.ts';
import type { RegisterCommand } from './command.ts';
import type { Io } from './io.ts';

interface Options {
  readonly kind?: string;
  readonly port?: number | 'none';
  readonly baseFor?: ReadonlyMap<string, string>;
  readonly bases?: string;
  readonly image?: string;
  readonly run: readonly string[];
  readonly mounts: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly format: 'table' | 'json';
}

/** `plimsoll dockerfile init [DIR]` */
export const registerDockerfileInit: RegisterCommand = (command, io) => {
  const base = command.createOption('--base <name=reference>', 'the image for a purpose, by digest; several times');
  // `base` is a setting of scan: another thing.
  base.attributeName = () => 'baseFor';
  command
    .argument('[directory]', 'the project', '.')
    .addHelpText('before', examples)
    .optionsGroup('What is written:')
    .addOption(
      command.createOption('--kind <kind>', 'what the project is, where its files leave it open').choices(kindNames),
    )
    .addOption(
      command.createOption('--port <port>', 'the port that the program listens on, or none').argParser(parsePort),
    )
    .addOption(base.argParser(collectBase))
    .option('--bases <folder>', "the organisation's catalogue, whose endorsed bases are taken")
    .option('--image <name>', 'the name that the image is built and run under')
    .addOption(
      command
        .createOption('--run <forms>', `how it is run: ${runFormNames.join(', ')}, or none`)
        .argParser(parseForms)
        .default(runFormNames, runFormNames.join(',')),
    )
    .option('--no-mounts', 'without RUN --mount, for builders that do not know it')
    .optionsGroup('How it is written:')
    .option('--dry-run', 'print the files, write nothing')
    .option('--force', 'replace files that are there and differ')
    .addOption(
      command.createOption('-f, --format <format>', 'how to report').choices(['table', 'json']).default('table'),
    )
    .action((directory: string, options: Options) => init(directory, options, io));
};

const examples = `Examples:
  plimsoll dockerfile init                       for the project in this directory
  plimsoll dockerfile init shop --dry-run        print, write nothing
  plimsoll dockerfile init --base node=registry.example.com/node@sha256:…
  plimsoll dockerfile init --run docker,compose  no Kubernetes manifest
`;

async function init(directory: string, options: Options, io: Io): Promise<void> {
  // Loaded only when it runs: lint shares the command, and must start fast.
  const [{ initInDirectory }, { initReport }] = await Promise.all([
    import('../flows/dockerfile/init/index.ts'),
    import('./dockerfile-init-report.ts'),
  ]);
  const outcome = await initInDirectory(directory, {
    run: options.run,
    hasMounts: options.mounts,
    force: options.force === true,
    dryRun: options.dryRun === true,
    ...(options.kind === undefined ? {} : { kind: options.kind }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.baseFor === undefined ? {} : { bases: options.baseFor }),
    ...(options.bases === undefined ? {} : { catalogue: options.bases }),
    ...(options.image === undefined ? {} : { image: options.image }),
  });
  const { kind, image, outcomes, bases, plan, build, shown, unseen } = outcome;
  io.stdout.write(
    options.format === 'json'
      ? `${JSON.stringify({ kind, image, seen: plan.seen, files: outcomes, bases, notes: [...plan.notes, ...unseen], build, run: shown }, undefined, 2)}\n`
      : initReport(outcome, { isDryRun: options.dryRun === true, columns: io.columns }),
  );
}

function parsePort(text: string): number | 'none' {
  if (text === 'none') return 'none';
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('It must be 1 to 65535, or none.');
  return port;
}

function parseForms(text: string): readonly string[] {
  if (text === 'none') return [];
  const forms = text.split(',').map((form) => form.trim());
  const unknown = forms.find((form) => !runFormNames.includes(form));
  if (unknown !== undefined) throw new InvalidArgumentError(`Known forms are ${runFormNames.join(', ')}, or none.`);
  return forms;
}

function collectBase(text: string, before: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  const [, name, reference] = /^([a-z][a-z0-9-]{0,60})=(\S{1,500})$/.exec(text) ?? [];
  if (name === undefined || reference === undefined)
    throw new InvalidArgumentError('It must be NAME=REFERENCE, such as node=registry.example.com/node@sha256:….');
  return new Map([...before, [name, reference]]);
}
