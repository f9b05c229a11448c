import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import {
  type LintFacts,
  lintDockerfile,
  type LintResult,
  type LintSettings,
  parseDockerfile,
} from '../../dockerfile/index.ts';
import { CodedError } from '../../model/index.ts';
import { contextFacts, type KnownFolders } from './context-facts.ts';
import { findDockerfiles } from './find-dockerfiles.ts';
import { type DockerfileText, readDockerfile, readDockerfileFrom } from './read-dockerfile.ts';

export interface LintFilesOptions {
  readonly settings: LintSettings;
  /** The build context of all files; where it isn't named, each file's own is looked for. */
  readonly context: string | undefined;
  /** What `-` is called. */
  readonly stdinName: string | undefined;
  readonly stdin: Readable;
  /** What the caller knows beside the files: bases, secrets. */
  readonly facts?: Omit<LintFacts, 'contextFiles' | 'ignoreFile'>;
}

/** A file that was linted. */
export interface LintedDockerfile extends LintResult {
  /** As it was named or found. */
  readonly path: string;
  readonly text: string;
}

/** Lints files, every Dockerfile below folders, and standard input for `-`, in that order. */
export async function lintFiles(
  targets: readonly string[],
  options: LintFilesOptions,
): Promise<readonly LintedDockerfile[]> {
  const linted: LintedDockerfile[] = [];
  for await (const { path: name, text, lint } of openDockerfiles(targets, options))
    linted.push({ path: name, text, ...lint(text) });
  return linted;
}

/** A Dockerfile that was read, and how texts in its place are linted. */
export interface OpenedDockerfile extends DockerfileText {
  /** As it was named or found. */
  readonly path: string;
  /** Undefined for standard input. */
  readonly file: string | undefined;
  lint(text: string): LintResult;
}

/** Opens files, every Dockerfile below folders, and standard input for `-`, in that order; each when it is asked for. */
export async function* openDockerfiles(
  targets: readonly string[],
  options: LintFilesOptions,
): AsyncGenerator<OpenedDockerfile> {
  const known: KnownFolders = new Map();
  for (const target of targets) {
    if (target === '-') {
      const read = await readDockerfileFrom(options.stdin);
      yield { ...read, path: options.stdinName ?? '-', file: undefined, lint: linter(undefined, known, options) };
      continue;
    }
    const files =
      fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true ? filesBelow(target) : [target];
    for (const file of files) yield { ...readDockerfile(file), path: file, file, lint: linter(file, known, options) };
  }
}

function filesBelow(folder: string): readonly string[] {
  const files = findDockerfiles(folder);
  if (files.length > 0) return files;
  throw new CodedError('no-dockerfile', `there is no Dockerfile below ${path.resolve(folder)}`, {
    hint: 'Dockerfile, Dockerfile.*, *.Dockerfile and Containerfile are looked for; name the file if it is called otherwise',
  });
}

function linter(
  dockerfile: string | undefined,
  known: KnownFolders,
  { settings, context, facts }: LintFilesOptions,
): (text: string) => LintResult {
  return (text) => {
    const parsed = parseDockerfile(text);
    const inContext = contextFacts(parsed, { dockerfile, context, known });
    return lintDockerfile(parsed, { settings, facts: { ...facts, ...inContext } });
  };
}
