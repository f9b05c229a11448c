import type { ProjectKind } from '../kind.ts';
import {
  buildSteps,
  hasDependency,
  isNodeManifest,
  nodeNotes,
  nodeRelease,
  nodeSecrets,
  packageManager,
  serverOf,
  startOf,
} from '../node/index.ts';
import { copyBuilt, env, type ImagePlan, type Step, workdir } from '../plan.ts';
import { baseName, depthOf, has, hasFolder, type Project, textOf } from '../project.ts';
import { type JsonObject, readJson, textAt } from '../read/json.ts';
import { healthPathIn, heedsSignals, listensOnLoopback, loopbackNote, portOf } from '../sources.ts';
import { isSite } from '../site-build.ts';
import { imageName, isPlainWord } from '../words.ts';

/** A Node project with a program to start. */
export const node: ProjectKind = {
  name: 'node',
  summary: 'Node with npm, yarn or pnpm, with or without a build',
  bases: [
    { purpose: 'node-build', reference: 'node:{}-bookworm-slim' },
    { purpose: 'node', reference: 'gcr.io/distroless/nodejs{}-debian12:nonroot' },
  ],
  reads: (path) =>
    isNodeManifest(path) || (depthOf(path) <= 2 && /^(?:server|app|index|main)\.[cm]?[jt]s$/.test(baseName(path))),
  detect(project) {
    if (!has(project, 'package.json')) return undefined;
    const manifest = readJson(textOf(project, 'package.json'), 'package.json');
    if (isSite(project)) return { file: 'package.json', strength: 1 };
    const isProgram =
      textAt(manifest, 'scripts', 'start') !== undefined ||
      serverOf(manifest) !== undefined ||
      project.files.some((path) => /^(?:src\/)?(?:server|app|index|main)\.[cm]?[jt]s$/.test(path));
    return { file: 'package.json', strength: isProgram ? 3 : 1 };
  },
  plan(project, options) {
    const manifest = readJson(textOf(project, 'package.json'), 'package.json');
    const manager = packageManager(project, manifest);
    const built = builtFolder(project, manifest);
    const start = startOf(project, manifest, built);
    const wanted = nodeRelease(project, manifest);
    const { release } = wanted;
    const sources = project.files.filter((path) => /\.[cm]?[jt]s$/.test(path)).map((path) => textOf(project, path));
    const server = serverOf(manifest);
    const listens = server !== undefined || sources.some((text) => /\.listen\(|\bserve\(/.test(text));
    const port = portOf(options, sources, listens ? 3000 : undefined);
    const healthPath = healthPathIn(sources);
    return {
      name: imageName(textAt(manifest, 'name') ?? project.name),
      seen: [
        manager.lock ?? 'package.json',
        manager.name,
        ...(server === undefined ? [] : [server]),
        ...(built === undefined ? [] : [`build into ${built}`]),
      ],
      build: {
        base: options.bases.for('node-build', `node:${release}-bookworm-slim`),
        steps: buildSteps(project, manifest, { manager, keepsPackages: true }),
      },
      final: {
        base: options.bases.for('node', `gcr.io/distroless/nodejs${release}-debian12:nonroot`),
        steps: [
          // Images differ in where node lies.
          env({
            NODE_ENV: 'production',
            PATH: '/nodejs/bin:/usr/local/bin:/usr/bin:/bin',
            ...(port === undefined ? {} : { PORT: String(port) }),
          }),
          workdir('/app'),
          ...shipped(project, manifest, built),
        ],
      },
      user: '65532:65532',
      entrypoint: ['node', ...start.arguments],
      ...(port === undefined ? {} : { port, health: ['node', '-e', asking(port, healthPath)] }),
      ...(healthPath === undefined ? {} : { healthPath }),
      // Next has a handler of its own.
      needsInit: server !== 'next' && !heedsSignals(sources),
      writable: [
        { path: '/tmp', sizeMib: 64 },
        ...(hasDependency(manifest, 'next') ? [{ path: '/app/.next/cache', sizeMib: 256 }] : []),
      ],
      memoryMib: 512,
      ignore: [
        '**/node_modules',
        'coverage',
        '.npmrc',
        '**/npm-debug.log*',
        ...(built === undefined ? ['test', 'tests', '**/*.test.*', '**/*.spec.*'] : [built]),
      ],
      notes: [
        ...(start.note === undefined ? [] : [start.note]),
        ...nodeNotes(manager, wanted),
        ...(listensOnLoopback(sources) && listens ? [loopbackNote] : []),
      ],
      secrets: nodeSecrets(project),
    } satisfies ImagePlan;
  },
};

/** Where the build puts what runs: tsconfig's outDir, or what the framework makes. */
function builtFolder(project: Project, manifest: JsonObject): string | undefined {
  if (textAt(manifest, 'scripts', 'build') === undefined) return undefined;
  if (hasDependency(manifest, 'next')) return '.next';
  const outDir = /"outDir"\s{0,3}:\s{0,3}"(?:\.\/)?([^"]{1,100})"/.exec(textOf(project, 'tsconfig.json'))?.[1];
  const folder =
    outDir?.replace(/\/$/, '') ?? /^(?:\.\/)?(dist|build|lib|out)\//.exec(textAt(manifest, 'main') ?? '')?.[1];
  if (folder !== undefined && isPlainWord(folder)) return folder;
  return has(project, 'tsconfig.json') || /\b(?:dist)\//.test(textAt(manifest, 'scripts', 'start') ?? '')
    ? 'dist'
    : undefined;
}

/** Folders that programs read at run time, beside what is built. */
const assets = ['public', 'static', 'views', 'templates', 'assets', 'config', 'locales', 'migrations', 'prisma'];

function shipped(project: Project, manifest: JsonObject, built: string | undefined): Step[] {
  const isWorkspace = manifest['workspaces'] !== undefined || has(project, 'pnpm-workspace.yaml');
  if (built === undefined || isWorkspace) return [copyBuilt(['/app'], './')];
  const hasPackages = Object.keys((manifest['dependencies'] as object | undefined) ?? {}).length > 0;
  const folders = assets.filter((folder) => hasFolder(project, folder));
  const settings = project.files.filter((path) => /^next\.config\.[cm]?[jt]s$/.test(path));
  return [
    copyBuilt(['/app/package.json', ...settings.map((file) => `/app/${file}`)], './'),
    ...[...(hasPackages ? ['node_modules'] : []), ...folders, built].map((folder) =>
      copyBuilt([`/app/${folder}`], `./${folder}`),
    ),
  ];
}

/** Asks over HTTP: any answer but a server error will do, unless the program has a path for the question. */
function asking(port: number, healthPath: string | undefined): string {
  const isWell = healthPath === undefined ? 'r.status<500' : 'r.ok';
  return `fetch('http://127.0.0.1:${port}${healthPath ?? '/'}').then(r=>process.exit(${isWell}?0:1),()=>process.exit(1))`;
}
