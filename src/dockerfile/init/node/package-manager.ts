import { has, type Project, textOf } from '../project.ts';
import { cache, copy, run, type Step } from '../plan.ts';
import { type JsonObject, textAt } from '../read/json.ts';

/** The program that installs a Node project's packages, as its lock file says. */
export interface PackageManager {
  readonly name: 'npm' | 'yarn' | 'pnpm';
  /** The lock file, if there is one. */
  readonly lock?: string;
  /** Steps that bring the program itself; npm comes with Node. */
  readonly bring: readonly Step[];
  /** Installs everything, for building. */
  readonly all: Step;
  /** Installs what the program needs to run. */
  readonly production: Step;
  /** Takes away what only building needed. */
  readonly prune: Step;
  /** The command that runs a script of package.json. */
  readonly script: (name: string) => string;
}

/** Versions that are taken where the project names none. */
const pnpmByLockVersion: Readonly<Record<string, string>> = { '5': '7.33.7', '6': '8.15.9', '9': '10.20.0' };
const yarnClassic = '1.22.22';
const yarnModern = '4.12.0';

/** The package manager of a project: by its lock file, else by package.json's packageManager. */
export function packageManager(project: Project, manifest: JsonObject): PackageManager {
  const [named = '', version] =
    /^(npm|yarn|pnpm)@(\d+\.\d+\.\d+)/.exec(textAt(manifest, 'packageManager') ?? '')?.slice(1) ?? [];
  if (has(project, 'pnpm-lock.yaml') || (named === 'pnpm' && !hasLock(project)))
    return pnpm(project, named === 'pnpm' ? version : undefined);
  if (has(project, 'yarn.lock') || (named === 'yarn' && !hasLock(project)))
    return yarn(project, named === 'yarn' ? version : undefined);
  return npm(project);
}

function hasLock(project: Project): boolean {
  return has(project, 'package-lock.json') || has(project, 'npm-shrinkwrap.json');
}

function npm(project: Project): PackageManager {
  const lock = ['npm-shrinkwrap.json', 'package-lock.json'].find((file) => has(project, file));
  const install = lock === undefined ? 'npm install' : 'npm ci';
  const store = cache('/root/.npm');
  return {
    name: 'npm',
    ...(lock === undefined ? {} : { lock }),
    bring: [],
    all: run(`${install} --no-audit --no-fund`, store),
    production: run(`${install} --omit=dev --no-audit --no-fund`, store),
    prune: run('npm prune --omit=dev --no-audit --no-fund', store),
    script: (name) => `npm run ${name}`,
  };
}

function pnpm(project: Project, version: string | undefined): PackageManager {
  const isLocked = has(project, 'pnpm-lock.yaml');
  const lockVersion =
    /^lockfileVersion:\s{0,3}['"]?(\d)/m.exec(textOf(project, 'pnpm-lock.yaml').slice(0, 1_000))?.[1] ?? '9';
  const store = cache('/root/.local/share/pnpm/store');
  const install = `pnpm install${isLocked ? ' --frozen-lockfile' : ''}`;
  return {
    name: 'pnpm',
    ...(isLocked ? { lock: 'pnpm-lock.yaml' } : {}),
    bring: [
      run(
        `npm install --global pnpm@${version ?? pnpmByLockVersion[lockVersion] ?? pnpmByLockVersion['9']!}`,
        cache('/root/.npm'),
      ),
    ],
    all: run(install, store),
    production: run(`${install} --prod`, store),
    prune: run(`CI=true ${install} --prod`, store),
    script: (name) => `pnpm run ${name}`,
  };
}

function yarn(project: Project, version: string | undefined): PackageManager {
  const lock = textOf(project, 'yarn.lock');
  const isClassic = version === undefined ? lock.includes('# yarn lockfile v1') : version.startsWith('1.');
  const isLocked = has(project, 'yarn.lock');
  const common = {
    name: 'yarn',
    ...(isLocked ? { lock: 'yarn.lock' } : {}),
    script: (name: string) => `yarn run ${name}`,
  } as const;
  if (isClassic) {
    const store = cache('/usr/local/share/.cache/yarn');
    const install = `yarn install${isLocked ? ' --frozen-lockfile' : ''} --non-interactive`;
    return {
      ...common,
      // Images of Node have some yarn 1 already.
      bring: [run(`npm install --global --force yarn@${version ?? yarnClassic}`, cache('/root/.npm'))],
      all: run(install, store),
      production: run(`${install} --production`, store),
      prune: run(`${install} --production`, store),
    };
  }
  const store = cache('/root/.yarn/berry/cache');
  const focus = 'yarn workspaces focus --all --production';
  return {
    ...common,
    // The linker that makes node_modules: what runs needs no yarn then.
    bring: [
      run(`npm install --global --force @yarnpkg/cli-dist@${version ?? yarnModern}`, cache('/root/.npm')),
      {
        do: 'env',
        values: { YARN_NODE_LINKER: 'node-modules', YARN_ENABLE_GLOBAL_CACHE: 'true', YARN_ENABLE_TELEMETRY: 'false' },
      },
    ],
    all: run(`yarn install${isLocked ? ' --immutable' : ''}`, store),
    production: run([`yarn install${isLocked ? ' --immutable' : ''}`, focus], store),
    prune: run(focus, store),
  };
}

/** Steps that bring the files which installing needs, and no more: sources change oftener than they do. */
export function manifests(project: Project, manager: PackageManager, manifest: JsonObject): Step {
  const settings = ['.yarnrc.yml', '.yarnrc', 'pnpm-workspace.yaml', '.pnpmfile.cjs'].filter((file) =>
    has(project, file),
  );
  const hasParts = manifest['workspaces'] !== undefined || has(project, 'pnpm-workspace.yaml');
  // Packages of a workspace have manifests of their own, all over the tree.
  if (hasParts) return copy(['.'], './');
  return copy(['package.json', ...(manager.lock === undefined ? [] : [manager.lock]), ...settings], './');
}
