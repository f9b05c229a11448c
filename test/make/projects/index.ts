import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { hasProgram } from '../real-images/host.ts';
import { runCommand } from '../run-command.ts';
import { testCache, withLock } from '../test-cache.ts';
import { noToolchainReason } from '../toolchains/index.ts';
import { type SampleProject, sampleProjects } from './projects.table.ts';

export { type SampleProject, sampleProjects } from './projects.table.ts';

/** Tools that write Python's lock files; fetched from PyPI into the cache. */
const pythonTools: Readonly<Record<string, string>> = { poetry: 'poetry==2.5.1', uv: 'uv==0.13.9' };

export function sampleProject(name: string): SampleProject {
  const found = sampleProjects.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no sample project "${name}"`);
  return found;
}

/** Why a sample can't be made and built here, for `test.skipIf`; undefined where it can. */
export function noProjectReason({ lock, bases }: SampleProject): string | undefined {
  const [program = 'sh'] = lock ?? [];
  const needed = Object.hasOwn(pythonTools, program) ? 'python3' : program;
  const isThere = hasProgram(needed) || existsSync(join(homedir(), '.cargo/bin', needed));
  return isThere ? noToolchainReason(...Object.values(bases)) : `${needed} is not installed`;
}

/** Writes a sample into a folder, with its lock file. */
export async function makeProject({ files, lock }: SampleProject, folder: string): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const [program, ...args] = lock ?? [];
  if (program === undefined) return;
  await runCommand(Object.hasOwn(pythonTools, program) ? await pythonTool(program) : program, args, { cwd: folder });
}

async function pythonTool(name: string): Promise<string> {
  const folder = testCache('tools', `python-${name}`);
  const tool = join(folder, 'bin', name);
  await withLock(`python-${name}`, async () => {
    if (existsSync(tool)) return;
    await runCommand('python3', ['-m', 'venv', folder]);
    await runCommand(join(folder, 'bin/pip'), ['install', '--quiet', pythonTools[name]!]);
  });
  return tool;
}
