import type { Command } from 'commander';
import { databasePath } from '../flows/advisories/index.ts';
import { registerDbCompare } from './db-compare.ts';
import { registerDbImport } from './db-import.ts';
import { registerDbInfo } from './db-info.ts';
import { registerDbSearch } from './db-search.ts';
import { registerDbUpdate } from './db-update.ts';
import type { RegisterCommand } from './command.ts';

/** `plimsoll db`: import, update, info, search, compare. */
export const registerDb: RegisterCommand = (command, io) => {
  command.addHelpText('before', examples);
  const withDatabase = (subcommand: Command): Command =>
    subcommand.exitOverride().option('--db <file>', 'the database', databasePath(io.env));
  registerDbImport(
    withDatabase(command.command('import').description('add advisories from files, archives and directories')),
    io,
  );
  registerDbUpdate(withDatabase(command.command('update').description('fetch the public advisories')), io);
  registerDbInfo(
    withDatabase(command.command('info').description('say what is in the database and how old it is')),
    io,
  );
  registerDbSearch(
    withDatabase(command.command('search').description('find advisories by id, alias, package or words of the title')),
    io,
  );
  registerDbCompare(command.command('compare').description('say which of two versions comes first').exitOverride(), io);
};

const examples = `Examples:
  plimsoll db update                         fetch the public advisories
  plimsoll db import all.zip kev.json        or take files that lie here
  plimsoll db info                           what is in it, and how old it is
  plimsoll db search CVE-2024-6119
  plimsoll db compare deb 1.0~rc1 1.0        which version comes first?
`;
