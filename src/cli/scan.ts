import { Option } from 'commander';
import type { ServerClient } from '../flows/server-client/index.ts';
import { databasePath } from '../flows/advisories/database-path.ts';
import { assess, assessedText, type Judged, judgeRecord, scanContents } from '../flows/scan/index.ts';
import {
  CodedError,
  type ImageRecord,
  severities,
  type Severity,
  type TrustEvidence,
  type Verdict,
} from '../model/index.ts';
import type { RegisterCommand } from './command.ts';
import { statusOfVerdict } from './exit-status.ts';
import type { Io } from './io.ts';
import { checkedTargets, formatParser, type FormatTarget } from './format-targets.ts';
import { addJudgeOptions, type JudgeFlags, judgeOptions } from './judge-options.ts';
import { monotonicMs } from './monotonic.ts';
import { addOpenOptions, endProgress, type OpenFlags, scanOptions } from './scan-options.ts';
import { writeReport } from './write-reports.ts';

const formats = ['table', 'json', 'sarif', 'cyclonedx', 'spdx'] as const;
type Format = (typeof formats)[number];

interface ScanFlags extends OpenFlags, JudgeFlags {
  readonly trustRoot?: string;
  readonly evidence?: string;
  readonly format?: readonly FormatTarget<Format>[];
  readonly output?: string;
  readonly severity?: Severity;
  readonly ignoreUnfixed?: boolean;
  readonly only?: 'app' | 'base';
  readonly exitZero?: boolean;
  readonly timings?: boolean;
  readonly bases?: string;
  readonly keep?: boolean;
  readonly records?: string;
  readonly server?: string | true;
}

/** `plimsoll scan IMAGE`. */
export const registerScan: RegisterCommand = (command, io) => {
  command
    .argument(
      '<image>',
      'registry:, docker:, archive:, layout:, dir: or sbom: before it says what it is; found out otherwise',
    )
    .addHelpText('before', examples);
  addJudgeOptions(command)
    .option('--trust-root <file>', 'whom to trust: verifies signatures and attestations for the judge')
    .option('--evidence <file>', 'write down what vouches for the image, as its registry has it')
    .option(
      '--server [url]',
      'send the record there, and take the verdict from there; by itself: where you are logged in',
    )
    .optionsGroup('What it stands on, and what stays known:')
    .option('--bases <folder>', "the organisation's catalogue of bases: tells base and application apart")
    .option('--keep', 'keep the record, for plimsoll impact and base children')
    .option('--records <folder>', 'where records are kept; default records')
    .optionsGroup('The report:')
    .option('-f, --format <format[=file]>', `${formats.join(', ')}; several with a file each`, formatParser(formats))
    .option('-o, --output <file>', 'write the report there')
    .addOption(new Option('--severity <level>', 'show this severity and worse').choices([...severities]))
    .option('--ignore-unfixed', 'show only what has a fix')
    .addOption(
      new Option('--only <owner>', 'show only what the application or the base brought').choices(['app', 'base']),
    )
    .option('--exit-zero', 'exit with 0 whatever the verdict; errors still count')
    .option('--timings', 'say where the time went, on standard error');
  addOpenOptions(command).action((image: string, flags: ScanFlags) => scan(image, flags, io));
};

const examples = `Examples:
  plimsoll scan nginx:1.27
  plimsoll scan docker:shop/cart:1.8.2 --base debian:12 --scope production
  plimsoll scan archive:cart.tar --format json=cart.json --format sarif=cart.sarif --format table
  plimsoll scan dir:/ --offline
`;

async function scan(image: string, flags: ScanFlags, io: Io): Promise<void> {
  const began = monotonicMs();
  const targets = checkedTargets(flags.format, flags.output, 'table');
  const opening = { ...scanOptions(flags, io), endsSoon: true };
  const { timings } = opening;
  // Loaded only where bases or records are asked for: a plain scan needs neither.
  const catalogue =
    flags.bases === undefined ? undefined : await (await import('../flows/bases/index.ts')).readCatalogue(flags.bases);
  const options = catalogue === undefined ? opening : { ...opening, bases: catalogue.bases };
  const scanned = await scanContents(image, options);
  const assessing = {
    ...options,
    databasePath: flags.db ?? databasePath(io.env),
    databaseIsAsked: flags.db !== undefined || Boolean(io.env['PLIMSOLL_DB']),
  };
  const assessed = await timings.measure('match', () => assess(scanned, assessing));
  const record =
    catalogue === undefined
      ? assessed
      : await (await import('./scan-on-bases.ts')).scanOnBases(assessed, scanned, { catalogue, flags, io });
  const evidence =
    flags.trustRoot === undefined && flags.evidence === undefined
      ? undefined
      : await (await import('./scan-evidence.ts')).evidenceOf(record, scanned, { catalogue, flags, io });
  const { verdict, complaints, shown } = await timings.measure('judge', async () =>
    flags.server === undefined
      ? { ...(await judgeHere(record, evidence)), shown: record }
      : judgeThere(record, flags.server),
  );
  endProgress(io);
  if (flags.quiet !== true) for (const complaint of complaints) io.stderr.write(`plimsoll: ${complaint}\n`);
  // Before anything is printed: a reader that goes away early (`| head`) must not hide it.
  io.exitStatus = flags.exitZero === true ? 0 : statusOfVerdict(verdict.result);
  await timings.measure('report', async () => {
    for (const { format, file } of targets)
      await writeReport(
        await render(format, {
          record: shown,
          ...(shown === assessed ? { written: (write) => assessedText(scanned, assessing, write) } : {}),
          verdict,
          evidence,
          image,
          flags,
          io,
          began,
          toFile: file !== undefined,
        }),
        file,
        io,
      );
  });
  if (flags.keep === true) {
    const store = new (await import('../store/index.ts')).RecordStore(flags.records ?? 'records', { mayBeNew: true });
    try {
      store.keep(record, nameOf(image), io.now);
    } finally {
      store.close();
    }
  }
  if (flags.timings === true)
    for (const { stage, spentMs } of timings.stages)
      io.stderr.write(`${stage.padEnd(8)} ${spentMs.toFixed(1).padStart(9)} ms\n`);

  function judgeHere(record: ImageRecord, evidence: TrustEvidence | undefined): Promise<Judged> {
    return judgeRecord(record, {
      now: io.now,
      ...judgeOptions(flags),
      reference: nameOf(image),
      ...(evidence === undefined ? {} : { evidence }),
    });
  }

  /** What is shown is what was judged: the record with what the server's advisories say, not those that are here. */
  async function judgeThere(
    record: ImageRecord,
    asked: string | true,
  ): Promise<Judged & { readonly shown: ImageRecord }> {
    const local = ['policy', 'waivers', 'trustRoot', 'environment', 'regulation'] as const;
    const odd = local.find((name) => flags[name] !== undefined);
    if (odd !== undefined)
      throw new CodedError(
        'scan-usage',
        `with --server the server's own policy decides: --${odd} does not go with it`,
        { kind: 'usage' },
      );
    const [{ sendRecord }, { withServer }] = await Promise.all([
      import('../flows/server-client/index.ts'),
      import('./server-options.ts'),
    ]);
    return withServer({ server: asked }, io, async (server) => {
      const { team, scope } = flags;
      const { digest } = record.image;
      // First: the record is then judged with them at once.
      for (const file of flags.vex ?? []) await sendVexFor(server, file, { digest, team });
      const { verdict, page } = await sendRecord(server, { record, reference: nameOf(image), team, scope });
      return { verdict, complaints: [`kept by the server: ${page}`], shown: await recordThere(server, digest) };
    });
  }
}

async function recordThere(server: ServerClient, digest: string): Promise<ImageRecord> {
  const { ask } = await import('./ask-server.ts');
  return (await ask(server, 'getRecord', { params: { digest }, query: { now: 'true' } })) as unknown as ImageRecord;
}

/** Has the server judge this image with a VEX document from now on. */
async function sendVexFor(
  server: ServerClient,
  file: string,
  { digest, team }: { readonly digest: string; readonly team: string | undefined },
): Promise<void> {
  const { readText } = await import('../flows/policy/index.ts');
  const { ask } = await import('./ask-server.ts');
  const body = { name: file, text: await readText(file, 4 << 20), image: digest, team, why: 'sent with its scan' };
  await ask(server, 'sendVex', { body });
}

interface Rendering {
  readonly record: ImageRecord;
  /** The record as a report writes it, where that may be known from before. */
  readonly written?: (write: () => string) => Uint8Array;
  readonly verdict: Verdict;
  readonly evidence: TrustEvidence | undefined;
  readonly image: string;
  readonly flags: ScanFlags;
  readonly io: Io;
  readonly toFile: boolean;
  /** Milliseconds at which the scan began. */
  readonly began: number;
}

/** Each format's code is loaded when it is asked for. */
async function render(
  format: Format,
  { record, written, verdict, evidence, image, flags, io, toFile, began }: Rendering,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'table': {
      const { renderTable } = await import('../report/index.ts');
      return renderTable({
        record,
        verdict,
        reference: image,
        now: io.now,
        columns: toFile ? 100 : io.columns,
        color: io.color && !toFile,
        ...(flags.severity === undefined ? {} : { severityAtLeast: flags.severity }),
        ...(flags.ignoreUnfixed === undefined ? {} : { ignoreUnfixed: flags.ignoreUnfixed }),
        ...(flags.only === undefined ? {} : { only: flags.only }),
        timings: { totalMs: monotonicMs() - began },
      });
    }
    case 'json': {
      const { recordText, renderAroundRecord, renderJson } = await import('../report/index.ts');
      if (written === undefined) return renderJson({ record, verdict, evidence });
      const text = written(() => recordText(record));
      return renderAroundRecord(text, { verdict, evidence });
    }
    case 'sarif':
      return (await import('../report/index.ts')).renderSarif({ record, verdict });
    case 'cyclonedx':
      return (await import('../record/index.ts')).writeCycloneDx(record, { reference: nameOf(image) });
    case 'spdx':
      return (await import('../record/index.ts')).writeSpdx(record, { reference: nameOf(image) });
  }
}

/** The image as people name it, without how it was found. */
function nameOf(image: string): string {
  return image.replace(/^(?:registry|docker|archive|layout|dir|sbom):/, '');
}
