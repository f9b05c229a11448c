import { initProject, type InitOptions, type InitResult } from '../../../dockerfile/init/index.ts';
import { readProject } from './read-project.ts';
import { type FileOutcome, writeFiles, type WriteOptions } from './write-files.ts';

/** What `dockerfile init` did. */
export interface InitOutcome extends InitResult {
  readonly outcomes: readonly FileOutcome[];
  /** What was not looked at in the directory. */
  readonly unseen: readonly string[];
}

/** Reads a project's directory, plans its image, writes the files. Throws what reading, planning and writing throw. */
export async function initInDirectory(directory: string, options: InitOptions & WriteOptions): Promise<InitOutcome> {
  const { project, notes } = await readProject(directory);
  const result = initProject(project, options);
  return { ...result, outcomes: await writeFiles(directory, result.files, options), unseen: notes };
}
