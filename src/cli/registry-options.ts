import type { Command } from 'commander';
import { cacheDirectory } from '../flows/advisories/database-path.ts';
import type { RepositoryOptions } from '../image/index.ts';
import type { Io } from './io.ts';
import { progressLine } from './progress.ts';

/** Options of commands that speak to a registry about what stands beside an image. */
export interface RegistryFlags {
  readonly platform?: string;
  readonly insecure?: boolean;
  readonly allowInsecureRegistry?: boolean;
  readonly offline?: boolean;
  readonly cacheDir?: string;
  readonly quiet?: boolean;
}

export function addRegistryOptions(command: Command): Command {
  return command
    .optionsGroup('The registry:')
    .option('--platform <os/arch>', 'which image of an index, as linux/arm64; else the index')
    .option('--insecure', 'speak plain http to registries that are not on this machine')
    .option('--allow-insecure-registry', 'the same, as cosign calls it')
    .option('--cache-dir <folder>', 'where what was read is kept')
    .option('-q, --quiet', 'no progress, no notes');
}

export function registryOptions(flags: RegistryFlags, io: Io): RepositoryOptions {
  const progress = progressLine(io, flags.quiet === true);
  return {
    insecureHttp: flags.insecure === true || flags.allowInsecureRegistry === true,
    signal: io.signal,
    cacheDirectory: flags.cacheDir ?? cacheDirectory(io.env),
    env: io.env,
    offline: flags.offline === true,
    onProgress: ({ what }) => progress.show(what),
    nowMs: io.now.getTime(),
  };
}
