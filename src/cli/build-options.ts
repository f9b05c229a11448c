import { type Command, Option } from 'commander';
import { type BuildNetwork, buildNetworks } from '../build/index.ts';
import { databasePath } from '../flows/advisories/database-path.ts';
import type { BuildOptions } from '../flows/build/index.ts';
import { CodedError } from '../model/index.ts';
import { visibleText } from '../report/index.ts';
import { defined } from './defined.ts';
import type { Io } from './io.ts';
import { addJudgeOptions, type JudgeFlags, judgeOptions } from './judge-options.ts';
import type { OpenFlags } from './scan-options.ts';
import { endProgress, scanOptions } from './scan-options.ts';

/** Options of `plimsoll build`. */
export interface BuildFlags extends OpenFlags, JudgeFlags {
  readonly tag?: readonly string[];
  readonly file?: string;
  readonly target?: string;
  readonly buildArg?: readonly string[];
  readonly label?: readonly string[];
  readonly secret?: readonly string[];
  readonly network: BuildNetwork;
  readonly engine?: string;
  readonly buildCache: boolean;
  readonly pull?: boolean;
  readonly reproducible?: boolean;
  readonly auditLabels: 'all' | 'source';
  readonly allowDirty?: boolean;
  readonly local?: boolean;
  readonly builder?: string;
  readonly requestedBy?: string;
  readonly bases?: string;
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Adds what says what is built, of what, and by whom. */
export function addBuildOptions(command: Command): Command {
  command
    .optionsGroup('What is built:')
    .option('-t, --tag <reference>', 'what it is built for; several', collect)
    .option('-f, --file <file>', 'the Dockerfile; default Dockerfile in the context')
    .option('--target <stage>', 'the stage to build')
    .option('--platform <os/arch>', 'what it is to run on; default what the engine runs on')
    .option('--build-arg <name=value>', 'an argument; without = from the environment; several', collect)
    .option('--secret <id=…,src=…>', 'a secret for RUN --mount=type=secret: src=FILE or env=VARIABLE; several', collect)
    .option('--label <name=value>', 'a label more; several', collect)
    .addOption(
      new Option('--network <mode>', "of build steps: as the engine gives it, none, or this machine's own")
        .choices(buildNetworks)
        .default('default'),
    )
    .optionsGroup('How:')
    .option('--engine <name>', 'buildkit, buildx, buildah or docker; default the first that answers')
    .option('--pull', 'take bases from the registry, also those that the engine has')
    .option('--no-build-cache', 'build every step')
    .option('--reproducible', 'times from the commit, files in order: the same commit gives the same image')
    .addOption(
      new Option('--audit-labels <which>', 'all, or only those that every builder writes alike')
        .choices(['all', 'source'])
        .default('all'),
    )
    .optionsGroup('Who answers for it:')
    .option('--builder <file>', "the builder's file; default /etc/plimsoll/builder.yaml, then ~/.config/plimsoll")
    .option('--local', 'build where no builder is enrolled; the provenance says so')
    .option('--allow-dirty', 'build what is not committed, or not pushed; the provenance says so')
    .option('--requested-by <who>', 'who asked; default who started the pipeline, or the user');
  return addJudgeOptions(command)
    .option('--bases <folder>', "the organisation's catalogue of bases")
    .option('--db <file>', 'the advisory database to use')
    .option('--no-cache', 'read every layer again for the scan')
    .option('--cache-dir <folder>', 'where what was read is kept')
    .option('--insecure', 'speak plain http to registries that are not on this machine')
    .optionsGroup('What is said:')
    .option('-q, --quiet', "neither the engine's words nor notes");
}

/** The flow's options from the command's. What the engine says goes to stderr. */
export function buildOptions(context: string, flags: BuildFlags, io: Io): BuildOptions {
  const { platform: _platform, base: _base, onFetch: _onFetch, ...scan } = scanOptions(flags, io);
  if (flags.platform?.includes(','))
    throw new CodedError('one-platform', `${flags.platform} names several platforms; a build makes one image`, {
      kind: 'usage',
      hint: 'Run it once for each',
    });
  const quiet = flags.quiet === true;
  return {
    context,
    ...defined({
      dockerfile: flags.file,
      target: flags.target,
      platform: flags.platform,
      engine: flags.engine,
      builderFile: flags.builder,
      requestedBy: flags.requestedBy,
      basesFolder: flags.bases,
    }),
    references: flags.tag ?? [],
    buildArgs: flags.buildArg ?? [],
    labels: flags.label ?? [],
    secrets: flags.secret ?? [],
    network: flags.network,
    noCache: !flags.buildCache,
    pull: flags.pull === true,
    reproducible: flags.reproducible === true,
    auditLabels: flags.auditLabels,
    allowDirty: flags.allowDirty === true,
    local: flags.local === true,
    scan,
    database: {
      path: flags.db ?? databasePath(io.env),
      isAsked: flags.db !== undefined || Boolean(io.env['PLIMSOLL_DB']),
    },
    judge: judgeOptions(flags),
    clock: () => new Date(),
    onLine: (line) => {
      if (!quiet) io.stderr.write(`${visibleText(line)}\n`);
    },
    onNote: (note) => {
      endProgress(io);
      if (!quiet) io.stderr.write(`plimsoll: ${visibleText(note)}\n`);
    },
  };
}
