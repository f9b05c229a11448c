import { parseShell, type Script, type ShellDialect, type Span } from '../../formats/shell/index.ts';
import { commandsOf } from './commands-of.ts';
import { downloadOf, type Download } from './downloads.ts';
import type { Invocation } from './invocation.ts';
import type { PackageCall } from './package-managers/package-manager.ts';
import { packageCallsOf } from './package-calls.ts';

/** What who reads the Dockerfile knows of a RUN instruction. */
export interface RunSource {
  /** The shell text, joined; a here-document's is its body. */
  readonly text: string;
  /** Where each code unit of the text stands in the Dockerfile, and one more: where it ends. */
  readonly offsets?: ArrayLike<number>;
  /** Where the instruction stands in the Dockerfile. */
  readonly span: Span;
  /** The shell that runs it and its words (`SHELL`); without, `/bin/sh -c`. */
  readonly dialect?: ShellDialect;
  readonly shell?: readonly string[];
  /** Whether a `SHELL` instruction or a comment says which shell it is. */
  readonly isShellDeclared?: boolean;
  /** The flags of the instruction as they are written, in one text. */
  readonly flags?: string;
  readonly mounts?: readonly { readonly type: string; readonly target: string | undefined }[];
  /** Variables that ENV and ARG set before, with their values where they are known. */
  readonly variables?: ReadonlyMap<string, string | undefined>;
  /** Paths that VOLUME named before. */
  readonly volumes?: readonly string[];
  /** Another instruction stands between this one and the RUN before it in the stage. */
  readonly isApart?: boolean;
  /** The text is made of a JSON array: it has no places of its own, so nothing in it can be edited. */
  readonly isExec?: boolean;
}

/** A RUN instruction as rules see it. */
export interface ShellRun extends Required<Omit<RunSource, 'offsets' | 'text'>> {
  readonly script: Script;
  /** The script, and those that it gives to other shells as text. */
  readonly scripts: readonly Script[];
  readonly commands: readonly Invocation[];
  readonly packages: readonly PackageCall[];
  readonly downloads: readonly Download[];
  /** What stands at a place of the Dockerfile, lines joined. */
  written(span: Span): string;
  /** The shell has `pipefail` on when the script begins. */
  readonly hasPipefail: boolean;
}

/** Reads a RUN instruction's shell text once for all rules. */
export function shellRun(source: RunSource): ShellRun {
  const { text, offsets, span, dialect = 'sh', shell = ['/bin/sh', '-c'] } = source;
  const script = parseShell(text, { dialect, offsets });
  const commands = commandsOf(script);
  const variables = source.variables ?? new Map<string, string | undefined>();
  return {
    script,
    scripts: [...new Set([script, ...commands.map(({ place }) => place.script)])],
    commands,
    packages: packageCallsOf(commands, { script, variables }),
    downloads: commands.map(downloadOf).filter((download) => download !== undefined),
    written: ({ from, to }) =>
      offsets === undefined ? text.slice(from, to) : text.slice(indexOf(offsets, from), indexOf(offsets, to)),
    span,
    dialect,
    shell,
    isShellDeclared: source.isShellDeclared ?? false,
    hasPipefail: shell.includes('pipefail') || shell.some((word) => /^-\w*o\s*pipefail$/.test(word)),
    flags: source.flags ?? '',
    mounts: source.mounts ?? [],
    variables,
    volumes: source.volumes ?? [],
    isApart: source.isApart ?? false,
    isExec: source.isExec ?? false,
  };
}

/** The first place in ascending numbers that holds one or more. */
function indexOf(numbers: ArrayLike<number>, wanted: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether a cache or temporary mount covers a path: what is written there is in no layer. */
export function isMounted({ mounts }: ShellRun, path: string): boolean {
  return mounts.some(({ type, target }) => {
    if ((type !== 'cache' && type !== 'tmpfs') || target === undefined) return false;
    const folder = target.replace(/\/+$/, '');
    return path === folder || path.startsWith(`${folder}/`);
  });
}
