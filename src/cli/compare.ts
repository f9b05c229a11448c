import { databasePath } from '../flows/advisories/database-path.ts';
import { assess, scanContents } from '../flows/scan/index.ts';
import type { ImageRecord } from '../model/index.ts';
import { compareRecords } from '../record/index.ts';
import { renderComparison } from '../report/index.ts';
import type { RegisterCommand } from './command.ts';
import { checkedTargets, formatParser, type FormatTarget } from './format-targets.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import { addOpenOptions, endProgress, type OpenFlags, scanOptions } from './scan-options.ts';
import { writeReport } from './write-reports.ts';

const formats = ['table', 'json'] as const;

interface CompareFlags extends OpenFlags, ServerFlags {
  readonly format?: readonly FormatTarget<(typeof formats)[number]>[];
  readonly output?: string;
}

/** `plimsoll compare A B`. */
export const registerCompare: RegisterCommand = (command, io) => {
  command
    .argument('<a>', 'the image before')
    .argument('<b>', 'the image after')
    .addHelpText(
      'before',
      'Examples:\n  plimsoll compare shop/cart:1.8.1 shop/cart:1.8.2\n  plimsoll compare archive:old.tar archive:new.tar --format json\n',
    )
    .optionsGroup('The report:')
    .option('-f, --format <format[=file]>', formats.join(' or '), formatParser(formats))
    .option('-o, --output <file>', 'write the report there');
  addOptionalServer(command, 'what a server keeps: nothing is scanned');
  addOpenOptions(command).action(async (a: string, b: string, flags: CompareFlags) => {
    const targets = checkedTargets(flags.format, flags.output, 'table');
    const options = { ...scanOptions(flags, io), endsSoon: true };
    const recordOf = async (image: string): Promise<ImageRecord> =>
      assess(await scanContents(image, options), {
        ...options,
        databasePath: flags.db ?? databasePath(io.env),
        databaseIsAsked: flags.db !== undefined || Boolean(io.env['PLIMSOLL_DB']),
      });
    const [before, after] =
      flags.server === undefined
        ? [await recordOf(a), await recordOf(b)]
        : await (await import('./fetch-record.ts')).fetchRecords([a, b], flags, io);
    const comparison = compareRecords(before!, after!);
    endProgress(io);
    for (const { format, file } of targets)
      await writeReport(
        renderComparison(comparison, {
          format,
          a,
          b,
          columns: file === undefined ? io.columns : 100,
          color: io.color && file === undefined,
        }),
        file,
        io,
      );
  });
};
