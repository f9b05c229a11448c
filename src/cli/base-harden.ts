import { existsSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { hardenBase, type HardeningProof, proveHardening, type Proposed, readCatalogue } from '../flows/bases/index.ts';
import { renderComparison, renderHardening, visibleText } from '../report/index.ts';
import { addAssessOptions, type AssessFlags, withAssessOptions } from './base-options.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';
import type { Io } from './io.ts';
import { endProgress } from './scan-options.ts';
import { writeReport } from './write-reports.ts';

interface HardenFlags extends AssessFlags {
  readonly for?: readonly string[];
  readonly keep?: readonly string[];
  readonly dockerfile?: string;
  readonly build?: boolean;
  readonly tag?: string;
  readonly selfTest?: readonly string[];
  readonly selfTestSeconds: number;
  readonly format: 'table' | 'json';
}

/** `plimsoll base harden REF`. */
export const registerBaseHarden: RegisterCommand = (command, io) => {
  command
    .argument('<image>', 'a base of the catalogue, or an image in the engine or a registry')
    .optionsGroup('What it must still run:')
    .option('--for <image...>', 'applications on it: what they need stays')
    .option('--keep <name...>', 'packages that stay whatever is seen')
    .optionsGroup('The smaller one:')
    .option('--dockerfile <file>', 'write the Dockerfile that makes it there')
    .option('--build', 'build it with the engine, scan it, run the self-tests in it')
    .option('--tag <name>', 'what the built image is called')
    .option(
      '--self-test <command...>',
      'commands that must succeed in it, or in each --for image less the same packages',
    )
    .addOption(
      new Option('--self-test-seconds <n>', 'how long one self-test may take').default(60).argParser((text) => {
        const seconds = Number(text);
        if (!(seconds > 0 && seconds <= 86_400)) throw new InvalidArgumentError(`"${text}" is no number of seconds`);
        return seconds;
      }),
    )
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'))
    .addHelpText('after', '\nExit status: 0, or 2 where a self-test fails.');
  addAssessOptions(command).action((reference: string, flags: HardenFlags) =>
    withAssessOptions(flags, io, async (options) => {
      const catalogue = existsSync(flags.bases) ? await readCatalogue(flags.bases) : undefined;
      const request = { reference, apps: flags.for ?? [], keep: flags.keep ?? [] };
      const proposed = await hardenBase(catalogue, request, options);
      endProgress(io);
      if (flags.dockerfile !== undefined) {
        if (proposed.dockerfile === undefined) throw proposed.noDockerfile!;
        await writeReport(proposed.dockerfile, flags.dockerfile, io);
      }
      const isProven = flags.build === true;
      const tag = flags.tag ?? tagFor(reference, proposed);
      if (flags.format === 'table') tellProposal(proposed, flags, { io, isProven });
      const proof = isProven
        ? await proveHardening(
            proposed,
            { tag, selfTests: flags.selfTest ?? [], timeoutMs: flags.selfTestSeconds * 1000 },
            options,
          )
        : undefined;
      endProgress(io);
      if (flags.format === 'json') {
        const { hardening, dockerfile } = proposed;
        io.stdout.write(
          `${JSON.stringify({ hardening, dockerfile, ...(proof === undefined ? {} : { proof: factsOf(proof) }) }, undefined, 2)}\n`,
        );
      } else if (proof !== undefined) tellProof(proof, reference, io);
      if (proof?.selfTests.some(({ passed }) => !passed) === true) io.exitStatus = exitStatus.fail;
    }),
  );
};

function tellProposal(
  { hardening, record, noDockerfile }: Proposed,
  { dockerfile, for: apps }: HardenFlags,
  { io, isProven }: { readonly io: Io; readonly isProven: boolean },
): void {
  io.stdout.write(renderHardening(hardening, record, { columns: io.columns, color: io.color }));
  const next =
    noDockerfile !== undefined
      ? `no Dockerfile: ${noDockerfile.message}${noDockerfile.hint === undefined ? '' : `\n      ${noDockerfile.hint}`}`
      : isProven
        ? undefined
        : `next  ${dockerfile === undefined ? '--dockerfile FILE writes what makes it; ' : `docker build - < ${dockerfile}; `}--build --self-test 'COMMAND' proves it${apps === undefined ? ';\n      --for IMAGE looks at what an application needs' : ''}`;
  if (next !== undefined) io.stdout.write(`\n${next.split('\n').map(visibleText).join('\n')}\n`);
}

function tellProof({ comparison, selfTests, tag }: HardeningProof, reference: string, io: Io): void {
  io.stdout.write(
    `\n${renderComparison(comparison, { format: 'table', a: reference, b: tag, columns: io.columns, color: io.color })}\n`,
  );
  if (selfTests.length === 0) io.stdout.write("not proven: no --self-test 'COMMAND' was run\n");
  for (const { image, command, passed, passedBefore, output } of selfTests) {
    const before = passedBefore ? '' : passed ? ', failed before' : ', and fails in the whole image, too';
    io.stdout.write(`${passed ? 'pass' : 'fail'}  ${visibleText(command)}  in ${visibleText(image)}${before}\n`);
    if (!passed) for (const line of output.split('\n').slice(-5)) io.stdout.write(`      ${visibleText(line)}\n`);
  }
}

function factsOf({ tag, record, comparison, selfTests }: HardeningProof): object {
  return { tag, digest: record.image.digest, from: comparison.from, to: comparison.to, selfTests };
}

/** A name that an engine takes, from whatever the base is called. */
function tagFor(reference: string, { hardening }: Proposed): string {
  const name = reference
    .replace(/^[a-z]+:/, '')
    .split('@', 1)[0]!
    .replace(/[^a-z0-9]+/gi, '-')
    .toLowerCase()
    .replace(/^-|-$/g, '');
  return `plimsoll-hardened/${name}:${hardening.image.digest.slice(7, 19)}`;
}
