import type { Command } from 'commander';
import { dataFolder } from '../flows/server-store/data-folder.ts';
import type { StoreOptions } from '../server-store/index.ts';
import type { Io } from './io.ts';

/** Options of commands that open the server's store. */
export interface StoreFlags {
  readonly data: string;
  readonly databaseUrl?: string;
}

export function addStoreOptions(command: Command, io: Io): Command {
  return command
    .optionsGroup('The store:')
    .option('--data <folder>', 'where the server keeps its data', dataFolder(io.env))
    .option('--database-url <url>', 'a PostgreSQL of yours; better in PLIMSOLL_DATABASE_URL, where nobody sees it');
}

/** For commands that keep records. */
export function addBodiesOption(command: Command): Command {
  return command.option(
    '--bodies <place>',
    'where records and other large things go: database, s3://BUCKET/PREFIX, oci://REGISTRY/REPOSITORY or oci:images',
    'database',
  );
}

/** Which store is meant. It must be there: no command but `serve` and `store restore` makes one. */
export function storeOptions({ data, databaseUrl }: StoreFlags): StoreOptions {
  return { connections: 4, mustExist: true, ...(databaseUrl === undefined ? { folder: data } : { databaseUrl }) };
}
