import { initProject, type InitOptions, type InitResult } from '../../../dockerfile/init/index.ts';
import { readCatalogue } from '../../bases/index.ts';
import { readProject } from './read-project.ts';
import { type FileOutcome, writeFiles, type WriteOptions } from './write-files.ts';

/** What `dockerfile init` did. */
export interface InitOutcome extends InitResult {
  readonly outcomes: readonly FileOutcome[];
  /** What was not looked at in the directory. */
  readonly unseen: readonly string[];
}

type InDirectoryOptions = Omit<InitOptions, 'catalogue'> & WriteOptions & { readonly catalogue?: string };

/** Reads a project's directory, plans its image, writes the files. `catalogue` is the folder of the organisation's bases. Throws what reading, planning and writing throw. */
export async function initInDirectory(
  directory: string,
  { catalogue, ...options }: InDirectoryOptions,
): Promise<InitOutcome> {
  const { project, notes } = await readProject(directory);
  const bases = catalogue === undefined ? undefined : (await readCatalogue(catalogue)).bases;
  const result = initProject(project, { ...options, ...(bases === undefined ? {} : { catalogue: bases }) });
  return { ...result, outcomes: await writeFiles(directory, result.files, options), unseen: notes };
}
