import fs from 'node:fs';
import path from 'node:path';
import { buildOnce } from './build-once.ts';
import { dataPlace } from './data-place.ts';
import { runChild } from './run-child.ts';
import type { StartWorld } from './world.ts';

/**
 * One command of plimsoll, in the folder where the user is, with the data of `npm start`: the server's store, and its advisories where
 * there are some. What the user's own variables and flags say comes first. Gives the command's exit status.
 */
export async function runVerb(args: readonly string[], world: StartWorld): Promise<number> {
  const program = await buildOnce(world);
  return runChild(process.execPath, [program, ...args], {
    ...world,
    env: verbEnv(world),
    cwd: world.env['INIT_CWD'] ?? process.cwd(),
    output: 'all',
  });
}

/** The variables that a command is given beyond the user's own. */
export function verbEnv(world: Pick<StartWorld, 'root' | 'env'>): StartWorld['env'] {
  const place = dataPlace(world);
  if (!fs.existsSync(place)) return world.env;
  const data = fs.realpathSync(place);
  const database = path.join(data, 'advisories.db');
  return {
    ...(fs.existsSync(database) ? { PLIMSOLL_DB: database } : {}),
    PLIMSOLL_DATA: data,
    ...Object.fromEntries(Object.entries(world.env).filter(([, value]) => value !== undefined && value !== '')),
  };
}
