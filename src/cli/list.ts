import type { RegisterCommand } from './command.ts';

export interface ListedCommand {
  readonly name: string;
  /** One line for --help. */
  readonly summary: string;
  load(): Promise<RegisterCommand>;
}

/** Every command. A command's module is only loaded when it runs. */
export const commands: readonly ListedCommand[] = [
  {
    name: 'scan',
    summary: 'open an image, say what is in it and what is wrong with it, and judge it',
    load: async () => (await import('./scan.ts')).registerScan,
  },
  {
    name: 'sbom',
    summary: 'print what an image contains as CycloneDX or SPDX',
    load: async () => (await import('./sbom.ts')).registerSbom,
  },
  {
    name: 'compare',
    summary: 'say what changed between two images, and what is new to blame',
    load: async () => (await import('./compare.ts')).registerCompare,
  },
  {
    name: 'db',
    summary: 'import, update, search and inspect the advisory database',
    load: async () => (await import('./db.ts')).registerDb,
  },
  {
    name: 'policy',
    summary: 'check, test and explain policies',
    load: async () => (await import('./policy.ts')).registerPolicy,
  },
  {
    name: 'dockerfile',
    summary: 'say what is wrong with Dockerfiles, before anything is built',
    load: async () => (await import('./dockerfile.ts')).registerDockerfile,
  },
  {
    name: 'completion',
    summary: 'print completions for bash, zsh or fish',
    load: async () => (await import('./completion.ts')).registerCompletion,
  },
];
