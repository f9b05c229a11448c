/** Which image a stage builds on, and how much is known of it. */
export interface BaseUse {
  /** What it is for: the name under which `--base` and the catalogue give another. */
  readonly purpose: string;
  readonly reference: string;
  readonly isPinned: boolean;
  /** `catalogue`: endorsed. `default`: nobody named one, so it is a public image by its tag. */
  readonly origin: 'given' | 'catalogue' | 'default';
}

export type Mount =
  | { readonly type: 'cache'; readonly target: string }
  | { readonly type: 'secret'; readonly id: string; readonly target: string };

/** One instruction, or a comment before one. */
export type Step =
  | { readonly do: 'comment'; readonly text: string }
  | { readonly do: 'workdir'; readonly path: string }
  | { readonly do: 'env'; readonly values: Readonly<Record<string, string>> }
  | { readonly do: 'copy'; readonly from?: string; readonly sources: readonly string[]; readonly to: string }
  /** Commands that must all succeed, in one layer. */
  | { readonly do: 'run'; readonly commands: readonly string[]; readonly mounts: readonly Mount[] };

export interface Stage {
  readonly base: BaseUse;
  readonly steps: readonly Step[];
}

/** A folder that the running program writes to: memory, gone when the container goes. */
export interface Writable {
  readonly path: string;
  readonly sizeMib: number;
}

/** What the image of a project shall be, whatever it is written down as. */
export interface ImagePlan {
  /** Of the image, without registry: a name that OCI and Kubernetes take. */
  readonly name: string;
  /** What was seen that the plan follows from: `package-lock.json (npm)`, `Express`. */
  readonly seen: readonly string[];
  /** Named `build` in the Dockerfile; absent where nothing needs building. */
  readonly build?: Stage;
  readonly final: Stage;
  /** Numeric, since Kubernetes can't tell whether a name is root. */
  readonly user: string;
  readonly entrypoint: readonly string[];
  /** Absent: nothing listens. */
  readonly port?: number;
  /** What asks the program from inside the image; absent where nothing in the image can. */
  readonly health?: readonly string[];
  /** A path that answers 2xx when all is well, as the sources have it. */
  readonly healthPath?: string;
  readonly stopSignal?: string;
  /** Whether the program as process 1 would ignore signals, so that the engine's small init must hand them on. */
  readonly needsInit: boolean;
  readonly writable: readonly Writable[];
  readonly memoryMib: number;
  /** What the build context must not have, beside what no context must have. */
  readonly ignore: readonly string[];
  /** What the user should know or decide. */
  readonly notes: readonly string[];
  /** Files of the project that the build needs as secrets: id to path. */
  readonly secrets: Readonly<Record<string, string>>;
}

export function comment(text: string): Step {
  return { do: 'comment', text };
}

export function workdir(path: string): Step {
  return { do: 'workdir', path };
}

export function env(values: Readonly<Record<string, string>>): Step {
  return { do: 'env', values };
}

/** From the build context. */
export function copy(sources: readonly string[], to: string): Step {
  return { do: 'copy', sources, to };
}

/** From the stage that builds. */
export function copyBuilt(sources: readonly string[], to: string): Step {
  return { do: 'copy', from: 'build', sources, to };
}

export function run(commands: string | readonly string[], ...mounts: readonly Mount[]): Step {
  return { do: 'run', commands: typeof commands === 'string' ? [commands] : commands, mounts };
}

/** A folder that stays between builds on one builder and never reaches the image. */
export function cache(target: string): Mount {
  return { type: 'cache', target };
}

/** A file that the build sees and the image never holds. */
export function secret(id: string, target: string): Mount {
  return { type: 'secret', id, target };
}

/** Debian packages that a stage needs; the lists stay out of the layer. */
export function aptInstall(packages: readonly string[]): Step[] {
  return [
    ...unpinnedPackages,
    run([
      'apt-get update',
      `apt-get install --yes --no-install-recommends ${packages.join(' ')}`,
      'rm -rf /var/lib/apt/lists/*',
    ]),
  ];
}

/** Said before a step that installs Debian packages, to the reader and to linters. */
export const unpinnedPackages: readonly Step[] = [
  comment("Debian's archive has one version of each, and signs it: a pin would fail with the next security fix."),
  comment('hadolint ignore=DL3008'),
];
