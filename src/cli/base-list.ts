import { baseNamed, endorsementProblem, readCatalogue } from '../flows/bases/index.ts';
import { CodedError } from '../model/index.ts';
import { renderBase, renderBaseList } from '../report/index.ts';
import { addBaseFormat, addCatalogueOption, type BaseFormatFlags } from './base-options.ts';
import { addOptionalServer, type ServerFlags } from './server-options.ts';
import type { RegisterCommand } from './command.ts';
import { exitStatus } from './exit-status.ts';

/** `plimsoll base list`. */
export const registerBaseList: RegisterCommand = (command, io) => {
  addOptionalServer(addBaseFormat(addCatalogueOption(command)), 'list those of a server');
  command.action(async (flags: BaseFormatFlags & ServerFlags) => {
    if (flags.server !== undefined) return (await import('./base-there.ts')).listThere(flags, io);
    const { bases, format } = flags;
    const catalogue = await readCatalogue(bases);
    io.stdout.write(renderBaseList(catalogue.bases, { format, columns: io.columns, color: io.color }));
  });
};

/** `plimsoll base show NAME`. */
export const registerBaseShow: RegisterCommand = (command, io) => {
  command.argument('<name>', 'the base');
  addBaseFormat(addCatalogueOption(command)).action(async (name: string, { bases, format }: BaseFormatFlags) => {
    const catalogue = await readCatalogue(bases);
    const base = baseNamed(catalogue, name);
    const problems = new Map<string, string>();
    for (const release of base.releases) {
      const problem = await endorsementProblem(catalogue, base, release).catch((error: unknown) => {
        if (error instanceof CodedError) return error.message;
        throw error;
      });
      if (problem !== undefined) problems.set(release.digest, problem);
    }
    io.stdout.write(renderBase(base, problems, { format, columns: io.columns, color: io.color }));
    if (problems.size > 0) io.exitStatus = exitStatus.fail;
  });
};
