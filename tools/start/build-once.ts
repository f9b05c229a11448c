import path from 'node:path';
import { CodedError } from '../../src/model/index.ts';
import { isBuilt } from '../build-state.ts';
import { runChild } from './run-child.ts';
import { say, type StartWorld } from './world.ts';

/** Builds the program and its pages where they are missing or their sources have changed. Gives the program's file. */
export async function buildOnce(world: StartWorld): Promise<string> {
  const program = path.join(world.root, 'dist/plimsoll.js');
  if (isBuilt(world.root)) return program;
  say('building the program and its pages (again only when the sources change)');
  const status = await runChild(process.execPath, ['tools/build.ts'], { ...world, output: 'quiet' });
  world.signal.throwIfAborted();
  if (status !== 0) throw new CodedError('build-failed', `tools/build.ts ended with ${status}`);
  return program;
}
