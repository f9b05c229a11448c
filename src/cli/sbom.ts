import { databasePath } from '../flows/advisories/database-path.ts';
import { assess, scanContents } from '../flows/scan/index.ts';
import type { ImageRecord } from '../model/index.ts';
import { withoutAdvisories, writeCycloneDx, writeSpdx } from '../record/index.ts';
import type { RegisterCommand } from './command.ts';
import { checkedTargets, formatParser, type FormatTarget } from './format-targets.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import { addOpenOptions, endProgress, type OpenFlags, scanOptions } from './scan-options.ts';
import { writeReport } from './write-reports.ts';

const formats = ['cyclonedx', 'spdx'] as const;

interface SbomFlags extends OpenFlags, ServerFlags {
  readonly format?: readonly FormatTarget<(typeof formats)[number]>[];
  readonly output?: string;
  readonly vulnerabilities?: boolean;
}

/** `plimsoll sbom IMAGE`. */
export const registerSbom: RegisterCommand = (command, io) => {
  command
    .argument('<image>', 'as for scan')
    .addHelpText(
      'before',
      'Examples:\n  plimsoll sbom nginx:1.27 > nginx.cdx.json\n  plimsoll sbom archive:app.tar --format spdx=app.spdx.json\n',
    )
    .optionsGroup('The SBOM:')
    .option('-f, --format <format[=file]>', `${formats.join(' or ')}`, formatParser(formats))
    .option('-o, --output <file>', 'write it there')
    .option('--vulnerabilities', 'with what is known to be wrong (CycloneDX)');
  addOptionalServer(command, 'of what a server keeps: nothing is scanned');
  addOpenOptions(command).action(async (image: string, flags: SbomFlags) => {
    const targets = checkedTargets(flags.format, flags.output, 'cyclonedx');
    const options = { ...scanOptions(flags, io), endsSoon: true };
    const record = flags.server === undefined ? await recordHere() : await recordThere();
    endProgress(io);
    const reference = image.replace(/^(?:registry|docker|archive|layout|dir|sbom):/, '');
    for (const { format, file } of targets)
      await writeReport(
        format === 'spdx' ? writeSpdx(record, { reference }) : writeCycloneDx(record, { reference }),
        file,
        io,
      );

    async function recordHere(): Promise<ImageRecord> {
      const scanned = await scanContents(image, options);
      if (flags.vulnerabilities !== true) return scanned.record();
      return assess(scanned, { ...options, databasePath: flags.db ?? databasePath(io.env), databaseIsAsked: true });
    }

    async function recordThere(): Promise<ImageRecord> {
      const [record] = await (await import('./fetch-record.ts')).fetchRecords([image], flags, io);
      return flags.vulnerabilities === true ? record! : withoutAdvisories(record!);
    }
  });
};
