import { copy, run, secret, type Step, workdir } from '../plan.ts';
import { has, type Project, textOf } from '../project.ts';
import { type JsonObject, textAt } from '../read/json.ts';
import { type PickedRelease, pickRelease } from '../releases.ts';
import { manifests, type PackageManager } from './package-manager.ts';

/** Majors that images are published of, the newest with long-term support first. */
const majors = [24, 22, 20] as const;

/** The Node that a project asks for: .nvmrc, .node-version or package.json's engines. */
export function nodeRelease(project: Project, manifest: JsonObject): PickedRelease {
  const pinned = /^v?(\d{1,3})/.exec((textOf(project, '.nvmrc') || textOf(project, '.node-version')).trim())?.[1];
  return pickRelease(pinned ?? textAt(manifest, 'engines', 'node'), majors);
}

/** Installs packages by the lock file, copies the sources, runs the build script where there is one. */
export function buildSteps(
  project: Project,
  manifest: JsonObject,
  { manager, keepsPackages }: { readonly manager: PackageManager; readonly keepsPackages: boolean },
): Step[] {
  const hasBuild = textAt(manifest, 'scripts', 'build') !== undefined;
  return [
    workdir('/app'),
    ...manager.bring,
    manifests(project, manager, manifest),
    withSecret(project, hasBuild ? manager.all : manager.production),
    copy(['.'], './'),
    ...(hasBuild ? built(project, manager, keepsPackages) : []),
  ];
}

/** Runs the build script; then what only building needed goes, where what is left runs. */
function built(project: Project, manager: PackageManager, keepsPackages: boolean): Step[] {
  const script = run(manager.script('build'));
  if (!keepsPackages || manager.prune.do !== 'run') return [script];
  // What builds sees no token.
  if (has(project, '.npmrc')) return [script, withSecret(project, manager.prune)];
  return [{ ...manager.prune, commands: [manager.script('build'), ...manager.prune.commands] }];
}

/** Registries' tokens lie in .npmrc: the build sees it, no layer holds it. */
function withSecret(project: Project, step: Step): Step {
  if (step.do !== 'run' || !has(project, '.npmrc')) return step;
  return { ...step, mounts: [...step.mounts, secret('npmrc', '/root/.npmrc')] };
}

/** Files of the project that the build sees as secrets only. */
export function nodeSecrets(project: Project): Readonly<Record<string, string>> {
  return has(project, '.npmrc') ? { npmrc: '.npmrc' } : {};
}

/** Files that tell a Node project's packages and release. */
export function isNodeManifest(path: string): boolean {
  return ['package.json', 'tsconfig.json', 'yarn.lock', 'pnpm-lock.yaml', '.nvmrc', '.node-version'].includes(path);
}

/** What to say where nothing fixes the packages, or no image is known for the release. */
export function nodeNotes(manager: PackageManager, { release, isMet }: PickedRelease): string[] {
  const notes: string[] = [];
  if (manager.lock === undefined)
    notes.push(`no lock file: commit one (${manager.name} install), or every build may get other packages`);
  if (!isMet) notes.push(`no image is known for the Node that the project asks for: ${release} is taken`);
  return notes;
}
