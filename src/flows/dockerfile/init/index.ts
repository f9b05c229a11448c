/**
 * A project's directory to the files that build and run its image: reads the directory within limits, plans, writes what is
 * not there. Follows no link, runs nothing of the project.
 */
export { initInDirectory } from './init-project.ts';
export type { InitOutcome } from './init-project.ts';
export type { FileOutcome } from './write-files.ts';
