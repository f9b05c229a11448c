import { chosenRelease } from '../bases/index.ts';
import { readCatalogue, releaseRecord } from '../flows/bases/index.ts';
import { assess, scanContents } from '../flows/scan/index.ts';
import type { AssessBaseOptions } from '../flows/bases/index.ts';
import { CodedError, type ImageRecord } from '../model/index.ts';
import { compareRecords } from '../record/index.ts';
import { renderComparison } from '../report/index.ts';
import { addAssessOptions, type AssessFlags, withAssessOptions } from './base-options.ts';
import type { RegisterCommand } from './command.ts';
import { endProgress } from './scan-options.ts';

interface DiffFlags extends AssessFlags {
  readonly format: 'table' | 'json';
}

/** `plimsoll base diff OLD NEW`: each `NAME`, `NAME@DIGEST` (the beginning will do) or an image. */
export const registerBaseDiff: RegisterCommand = (command, io) => {
  command
    .argument('<old>', 'NAME@DIGEST of a release (the beginning will do), NAME for its last, or any image')
    .argument('<new>', 'the same')
    .addOption(
      command.createOption('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
    );
  addAssessOptions(command).action((a: string, b: string, flags: DiffFlags) =>
    withAssessOptions(flags, io, async (options) => {
      const [from, to] = [await recordOf(a, flags.bases, options), await recordOf(b, flags.bases, options)];
      endProgress(io);
      const comparison = compareRecords(from, to);
      io.stdout.write(
        renderComparison(comparison, { format: flags.format, a, b, columns: io.columns, color: io.color }),
      );
    }),
  );
};

async function recordOf(text: string, folder: string, options: AssessBaseOptions): Promise<ImageRecord> {
  const [name = '', digest] = text.split('@', 2);
  const { bases } = await readCatalogue(folder);
  const base = bases.find((each) => each.name === name);
  if (base === undefined) return assess(await scanContents(text, options), options);
  const release = chosenRelease(base, digest);
  try {
    return await releaseRecord(release, options);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new CodedError(error.code, `${text}: ${error.message}`, {
      hint: 'with --records FOLDER, releases that were assessed are compared by their kept records',
      cause: error,
    });
  }
}
