/**
 * A project (names of its files, texts of a few) becomes a plan of its image, and that a Dockerfile, a .dockerignore and
 * the flags to run it with. Pure: reads no folder and writes no file; what it can't tell it refuses with a hint.
 */
export { isWanted } from './choose-kind.ts';
export { initProject } from './init-project.ts';
export type { InitFile, InitOptions, InitResult } from './init-project.ts';
export type { Project } from './project.ts';
