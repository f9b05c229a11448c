import type { Command } from 'commander';
import { cacheDirectory } from '../flows/advisories/database-path.ts';
import { type ScanOptions, Timings } from '../flows/scan/index.ts';
import type { Io } from './io.ts';
import { monotonicMs } from './monotonic.ts';
import { progressLine } from './progress.ts';

/** Options of every command that opens images. */
export interface OpenFlags {
  readonly platform?: string;
  readonly base?: string;
  readonly offline?: boolean;
  readonly cache: boolean;
  readonly cacheDir?: string;
  readonly insecure?: boolean;
  readonly db?: string;
  readonly quiet?: boolean;
  readonly progress?: 'line' | 'json';
}

/** Adds the options that say how to open an image. */
export function addOpenOptions(command: Command): Command {
  return command
    .optionsGroup('The image:')
    .option('--platform <os/arch>', 'which image of an index, as linux/arm64')
    .option('--base <image>', 'the base that the image stands on: tells base and application apart')
    .option('--insecure', 'speak plain http to registries that are not on this machine')
    .optionsGroup('What is known:')
    .option('--db <file>', 'the advisory database to use')
    .option('--offline', 'no network at all')
    .option('--no-cache', 'read everything again, keep nothing')
    .option('--cache-dir <folder>', 'where what was read is kept')
    .optionsGroup('What is said:')
    .option('-q, --quiet', 'no progress, no notes')
    .addOption(
      command
        .createOption('--progress <form>', 'line: on a terminal; json: lines of JSON on standard error')
        .choices(['line', 'json']),
    );
}

/** The flow's options from a command's flags. Progress goes to stderr, only on a terminal. */
export function scanOptions(flags: OpenFlags, io: Io): ScanOptions {
  const progress = progressLine(io, flags.quiet === true);
  const told = flags.progress === 'json' ? progressInJson(io) : undefined;
  return {
    ...(flags.platform === undefined ? {} : { platform: flags.platform }),
    ...(flags.base === undefined ? {} : { base: flags.base }),
    offline: flags.offline === true,
    noCache: !flags.cache,
    insecureHttp: flags.insecure === true,
    cacheDirectory: flags.cacheDir ?? cacheDirectory(io.env),
    env: io.env,
    now: io.now,
    signal: io.signal,
    timings: new Timings(monotonicMs),
    onProgress: ({ layersDone, layers, storedBytes, totalBytes }) => {
      if (told !== undefined) return told('layers', storedBytes, totalBytes);
      progress.show(
        `reading layers: ${layersDone} of ${layers}, ${megabytes(storedBytes)}${totalBytes === undefined ? '' : ` of ${megabytes(totalBytes)}`}`,
      );
    },
    onFetch: (what, doneBytes, totalBytes) => {
      if (told !== undefined) return told('image', doneBytes, totalBytes);
      // Nothing came yet: what is waited for stands in the words.
      if (doneBytes === 0 && totalBytes === undefined) return progress.show(what);
      const of = totalBytes === undefined ? '' : ` of ${megabytes(totalBytes)}`;
      progress.show(`${what}: ${megabytes(doneBytes)}${of}`);
    },
  };
}

/** Progress for programs: a line of JSON, at most five a second of each stage. */
function progressInJson(io: Io): (stage: string, doneBytes: number, totalBytes: number | undefined) => void {
  let last = '';
  let toldAt = 0;
  return (stage, doneBytes, totalBytes) => {
    const now = monotonicMs();
    if (stage === last && now - toldAt < 200) return;
    [last, toldAt] = [stage, now];
    io.stderr.write(`${JSON.stringify({ progress: { stage, doneBytes, totalBytes } })}\n`);
  };
}

/** Clears the progress line before anything else is printed. */
export function endProgress(io: Io): void {
  if (io.progress) io.stderr.write('\r\u001b[K');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0)} MB`;
}
