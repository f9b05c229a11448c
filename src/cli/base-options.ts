import { userInfo } from 'node:os';
import { type Command, Option } from 'commander';
import { databasePath } from '../flows/advisories/database-path.ts';
import type { AssessBaseOptions } from '../flows/bases/index.ts';
import { RecordStore } from '../store/index.ts';
import type { Io } from './io.ts';
import { addOpenOptions, type OpenFlags, scanOptions } from './scan-options.ts';

/** Flags of every command that works on the catalogue. */
export interface CatalogueFlags {
  readonly bases: string;
}

export interface BaseFormatFlags extends CatalogueFlags {
  readonly format: 'table' | 'json';
}

/** Flags of commands that judge bases. */
export interface AssessFlags extends CatalogueFlags, OpenFlags {
  readonly records?: string;
  readonly waivers?: readonly string[];
  readonly vex?: readonly string[];
  readonly by?: string;
}

/** Adds the option that says where the catalogue lies. */
export function addCatalogueOption(command: Command): Command {
  return command.optionsGroup('The catalogue:').option('--bases <folder>', 'the catalogue of bases', 'bases');
}

/** Adds the option that says where records are kept. */
export function addRecordsOption(command: Command): Command {
  return command.option('--records <folder>', 'where records of scanned images are kept');
}

/** Adds how to print: a table or JSON. */
export function addBaseFormat(command: Command): Command {
  return command.addOption(
    new Option('-f, --format <format>', 'how to print').choices(['table', 'json']).default('table'),
  );
}

/** Adds what judging a base needs beside opening it. */
export function addAssessOptions(command: Command): Command {
  addRecordsOption(addCatalogueOption(command))
    .option('--by <person>', 'who does it, for the history')
    .optionsGroup('The judgement:')
    .option('--waivers <file...>', 'files of waivers beside the policy')
    .option('--vex <file...>', 'OpenVEX or CycloneDX VEX documents');
  return addOpenOptions(command);
}

/** The flow's options from flags; runs the work and closes the store behind it. */
export async function withAssessOptions<T>(
  flags: AssessFlags,
  io: Io,
  work: (options: AssessBaseOptions) => Promise<T>,
): Promise<T> {
  const records = flags.records === undefined ? undefined : new RecordStore(flags.records, { mayBeNew: true });
  try {
    return await work({
      ...scanOptions(flags, io),
      databasePath: flags.db ?? databasePath(io.env),
      databaseIsAsked: flags.db !== undefined || Boolean(io.env['PLIMSOLL_DB']),
      waiverFiles: flags.waivers ?? [],
      vexFiles: flags.vex ?? [],
      by: whoDoes(flags.by, io),
      ...(records === undefined ? {} : { records }),
    });
  } finally {
    records?.close();
  }
}

/** Who does it: as told, else who is logged in. */
export function whoDoes(by: string | undefined, io: Io): string {
  return by ?? (io.env['USER'] || userInfo().username);
}
