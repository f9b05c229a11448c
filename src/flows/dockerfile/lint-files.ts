import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import {
  type Dockerfile,
  type LintFacts,
  lintDockerfile,
  type LintResult,
  type LintSettings,
  parseDockerfile,
} from '../../dockerfile/index.ts';
import { CodedError } from '../../model/index.ts';
import { type ContextFacts, contextFacts, type KnownFolders } from './context-facts.ts';
import { findDockerfiles } from './find-dockerfiles.ts';
import { SecretFacts } from './secret-facts.ts';
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
  /** How many findings of one rule are told of a file. */
  readonly mostOfARule?: number;
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
  const known: Known = { folders: new Map(), secrets: undefined };
  for (const target of targets) {
    if (target === '-') {
      const read = await readDockerfileFrom(options.stdin);
      const lint = await linter({ text: read.text, file: undefined }, known, options);
      yield { ...read, path: options.stdinName ?? '-', file: undefined, lint };
      continue;
    }
    const files =
      fs.statSync(target, { throwIfNoEntry: false })?.isDirectory() === true ? filesBelow(target) : [target];
    for (const file of files) {
      const read = readDockerfile(file);
      yield { ...read, path: file, file, lint: await linter({ text: read.text, file }, known, options) };
    }
  }
}

function filesBelow(folder: string): readonly string[] {
  const files = findDockerfiles(folder);
  if (files.length > 0) return files;
  throw new CodedError('no-dockerfile', `there is no Dockerfile below ${path.resolve(folder)}`, {
    hint: 'Dockerfile, Dockerfile.*, *.Dockerfile and Containerfile are looked for; name the file if it is called otherwise',
  });
}

/** What was looked at before in the same run. */
interface Known {
  readonly folders: KnownFolders;
  secrets: SecretFacts | undefined;
}

async function linter(
  { text: read, file }: { readonly text: string; readonly file: string | undefined },
  known: Known,
  { settings, context, facts, mostOfARule = 100 }: LintFilesOptions,
): Promise<(text: string) => LintResult> {
  const ask = (parsed: Dockerfile): ContextFacts =>
    contextFacts(parsed, { dockerfile: file, context, known: known.folders });
  const first = parseDockerfile(read);
  // Rules for secrets are many: they are loaded where a context has files to look at.
  if (ask(first).facts.contextFiles !== undefined) known.secrets ??= await SecretFacts.load();
  return (text) => {
    const parsed = text === read ? first : parseDockerfile(text);
    const { facts: inContext, folder } = ask(parsed);
    const secrets = folder === undefined ? {} : known.secrets?.of(folder);
    return lintDockerfile(parsed, { settings, facts: { ...facts, ...inContext, ...secrets }, mostOfARule });
  };
}
