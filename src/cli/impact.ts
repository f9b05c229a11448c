import { Option } from 'commander';
import { databasePath } from '../flows/advisories/database-path.ts';
import { readCatalogue } from '../flows/bases/index.ts';
import { findImpact } from '../flows/impact/index.ts';
import { renderImpact } from '../report/index.ts';
import { RecordStore } from '../store/index.ts';
import { addRecordsOption } from './base-options.ts';
import { addOptionalServer } from './server-options.ts';
import type { RegisterCommand } from './command.ts';

interface ImpactFlags {
  readonly bases?: string;
  readonly records?: string;
  readonly db?: string;
  readonly versions?: string;
  readonly server?: string | true;
  readonly format: 'tree' | 'table' | 'json';
}

/** `plimsoll impact CVE|PACKAGE|DIGEST`. */
export const registerImpact: RegisterCommand = (command, io) => {
  command
    .argument(
      '<what>',
      'a vulnerability (CVE-2024-6119), a package (openssl, openssl@3.0.11-1, pkg:npm/lodash), a digest of a base, image or layer',
    )
    .addHelpText('before', examples)
    .option('--versions <range>', 'of a package: only these, as "<2.17.1" or ">=1.0 <2"')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['tree', 'table', 'json']).default('tree'));
  addOptionalServer(addRecordsOption(command), 'ask a server of what it keeps and what runs')
    .option('--bases <folder>', 'the catalogue of bases')
    .option('--db <file>', 'the advisory database to use')
    .action(async (text: string, flags: ImpactFlags) => {
      if (flags.server !== undefined) return (await import('./impact-there.ts')).impactThere(text, flags, io);
      const bases = flags.bases === undefined ? [] : (await readCatalogue(flags.bases)).bases;
      const store = new RecordStore(flags.records ?? 'records', { mayBeNew: false });
      try {
        const impact = findImpact(store.index, {
          text,
          bases,
          databasePath: flags.db ?? databasePath(io.env),
          ...(flags.versions === undefined ? {} : { versions: flags.versions }),
        });
        io.stdout.write(
          renderImpact(impact, { format: flags.format, now: io.now, columns: io.columns, color: io.color }),
        );
      } finally {
        store.close();
      }
    });
};

const examples = `Examples:
  plimsoll impact CVE-2024-6119 --bases bases --records records
  plimsoll impact log4j-core --versions '<2.17.1'
  plimsoll impact lodash@4.17.15 --format table
  plimsoll impact CVE-2024-6119 --server       what a server keeps, and what runs of it
  plimsoll impact sha256:71c4…                 whatever stands on that base or has that layer

Records are kept by plimsoll scan IMAGE --keep --records records; nothing is scanned here.

`;
