import {
  builderFor,
  buildImage,
  type BuiltAndJudged,
  publish,
  type Published,
  registryPublisher,
  writeOutput,
} from '../flows/build/index.ts';
import { CodedError } from '../model/index.ts';
import { renderBuild, renderJson, renderTable, visibleText } from '../report/index.ts';
import { openSigner } from '../trust/index.ts';
import { addBuildOptions, type BuildFlags, buildOptions } from './build-options.ts';
import type { RegisterCommand } from './command.ts';
import { statusOfVerdict } from './exit-status.ts';
import type { Io } from './io.ts';
import { registryOptions } from './registry-options.ts';
import { endProgress } from './scan-options.ts';
import { addSigningOptions, type SigningFlags, signingOptions } from './signing-options.ts';

interface Flags extends BuildFlags, SigningFlags {
  readonly output?: string;
  readonly push?: boolean;
  readonly sign: boolean;
  readonly format: 'table' | 'json';
}

/** `plimsoll build CONTEXT`. */
export const registerBuild: RegisterCommand = (command, io) => {
  command
    .argument('<context>', 'the folder to build')
    .addHelpText('before', examples)
    .addHelpText(
      'after',
      '\nWhat does not pass is neither pushed nor written. Exit status: 0 pass, 2 fail, 3 cannot tell.',
    )
    .optionsGroup('Where it goes:')
    .option('--push', 'push what passes, signed, with provenance, SBOM and verdict')
    .option(
      '-o, --output <path>',
      'write what passes: FILE.tar as OCI archive, else a layout folder; statements beside',
    )
    .option('--no-sign', 'push without signature and statements');
  addBuildOptions(command).addOption(
    command.createOption('--format <format>', 'how to print').choices(['table', 'json']).default('table'),
  );
  addSigningOptions(command).action((context: string, flags: Flags) => build(context, flags, io));
};

const examples = `Examples:
  plimsoll build . -t registry.example.com/shop/cart:1.8.2 --push
  plimsoll build . -t cart:dev --local --allow-dirty -o cart.tar
  plimsoll build . -t cart:1 --secret id=npmrc,src=$HOME/.npmrc --network none --reproducible
`;

async function build(context: string, flags: Flags, io: Io): Promise<void> {
  const options = buildOptions(context, flags, io);
  await checkPush(flags, io);
  await buildImage(options, async (built) => {
    const passes = built.verdict.result === 'pass';
    const published = passes && flags.push === true ? await push(built, flags, io) : [];
    const written = passes && flags.output !== undefined ? writeOutput(built, flags.output, io.now) : [];
    tell({ built, published, written }, flags, io);
  });
}

/** Before anything is built: it would be for nothing. */
async function checkPush(flags: Flags, io: Io): Promise<void> {
  if (flags.push !== true) return;
  if ((flags.tag ?? []).length === 0)
    throw new CodedError('nowhere-to-push', 'there is no reference to push to', {
      kind: 'usage',
      hint: '-t REGISTRY/REPOSITORY:TAG names one',
    });
  const builder = await builderFor({ local: flags.local === true, file: flags.builder }, io.env);
  const key = flags.key ?? builder.key;
  if (!flags.sign || (key === undefined && flags.identityToken !== undefined)) return;
  if (key !== undefined) return void (await openSigner(key, { env: io.env, signal: io.signal }));
  throw new CodedError('no-key', 'there is nothing to sign the image with', {
    kind: 'usage',
    hint: "--key, or key in the builder's file; --no-sign pushes without",
  });
}

/** Signed with the key that is named, else the builder's own. */
async function push(built: BuiltAndJudged, flags: Flags, io: Io): Promise<readonly Published[]> {
  const key = flags.key ?? built.builder.key;
  const signing = signingOptions({ ...flags, ...(key === undefined ? {} : { key }) }, io);
  const registry = registryOptions(flags, io);
  return publish(built, registryPublisher({ registry, ...(flags.sign ? { signing } : {}), now: io.now }), io.now);
}

interface Told {
  readonly built: BuiltAndJudged;
  readonly published: readonly Published[];
  readonly written: readonly string[];
}

function tell({ built, published, written }: Told, flags: Flags, io: Io): void {
  const { record, verdict, made, build: facts, builder, references, provenance } = built;
  endProgress(io);
  if (flags.quiet !== true)
    for (const complaint of built.complaints) io.stderr.write(`plimsoll: ${visibleText(complaint)}\n`);
  io.exitStatus = statusOfVerdict(verdict.result);
  if (flags.format === 'json') {
    const { record: shownRecord, verdict: shownVerdict } = JSON.parse(renderJson({ record, verdict })) as Record<
      string,
      unknown
    >;
    const image = { digest: made.manifestDigest, references, published, written };
    io.stdout.write(
      `${JSON.stringify({ image, provenance, verdict: shownVerdict, record: shownRecord }, undefined, 2)}\n`,
    );
    return;
  }
  const { conditions, source, images, parameters } = facts;
  io.stdout.write(
    renderTable({
      record,
      verdict,
      reference: references[0] ?? 'the built image',
      now: io.now,
      columns: io.columns,
      color: io.color,
    }),
  );
  io.stdout.write(
    `\n${renderBuild({
      engine: conditions.engine,
      builder: builder.name,
      isLocal: conditions.local,
      ...(source === undefined ? {} : { source }),
      dirty: conditions.dirty,
      unpushed: conditions.unpushed,
      reproducible: parameters.reproducible,
      images,
      digest: made.manifestDigest,
    })}`,
  );
  for (const { reference, digest } of published)
    io.stdout.write(` pushed    ${visibleText(reference)}\n           ${digest}\n`);
  for (const file of written) io.stdout.write(` written   ${visibleText(file)}\n`);
  if (published.length + written.length === 0) io.stdout.write(` ${unkept(verdict.result, flags)}\n`);
}

function unkept(result: string, flags: Flags): string {
  if (result !== 'pass') return 'neither pushed nor written, since it did not pass';
  return flags.push === true ? 'pushed nothing' : 'not kept: --push, or --output FILE.tar, keeps it';
}
