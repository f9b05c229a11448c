import { Option } from 'commander';
import { baseNamed, readCatalogue } from '../flows/bases/index.ts';
import { findChildren } from '../flows/impact/index.ts';
import { renderImpact } from '../report/index.ts';
import { RecordStore } from '../store/index.ts';
import { addCatalogueOption, addRecordsOption, type CatalogueFlags } from './base-options.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import type { RegisterCommand } from './command.ts';

interface ChildrenFlags extends CatalogueFlags {
  readonly records?: string;
  readonly format: 'tree' | 'table' | 'json';
}

/** `plimsoll base children NAME`. */
export const registerBaseChildren: RegisterCommand = (command, io) => {
  command
    .argument('<name>', 'the base')
    .addOption(new Option('-f, --format <format>', 'how to print').choices(['tree', 'table', 'json']).default('tree'));
  addOptionalServer(addRecordsOption(addCatalogueOption(command)), 'ask a server, and what runs of them');
  command.action(async (name: string, flags: ChildrenFlags & ServerFlags) => {
    if (flags.server !== undefined) return (await import('./base-there.ts')).childrenThere(name, flags, io);
    const catalogue = await readCatalogue(flags.bases);
    const base = baseNamed(catalogue, name);
    const store = new RecordStore(flags.records ?? 'records', { mayBeNew: false });
    try {
      const impact = findChildren(store.index, base, catalogue.bases);
      io.stdout.write(
        renderImpact(impact, { format: flags.format, now: io.now, columns: io.columns, color: io.color }),
      );
    } finally {
      store.close();
    }
  });
};
