import { CodedError } from '../../../model/index.ts';
import { firstOf, has, type Project, textOf } from '../project.ts';
import { type JsonObject, textAt } from '../read/json.ts';
import { simpleArguments } from '../words.ts';

/** How a Node program is started without npm, which would swallow signals and write to its home. */
export interface Start {
  readonly arguments: readonly string[];
  /** What was not as it could be. */
  readonly note?: string;
}

const usualEntries = ['server', 'app', 'index', 'main'];
/** Programs that only developers start. */
const developerTools: ReadonlySet<string> = new Set([
  'nodemon',
  'ts-node',
  'ts-node-dev',
  'tsx',
  'vite',
  'react-scripts',
  'webpack-dev-server',
  'ng',
  'concurrently',
  'pm2',
  'npm',
  'yarn',
  'pnpm',
]);

/** Arguments for node, from the start script, `main`, or a usual file. Throws `entry-unknown`. */
export function startOf(project: Project, manifest: JsonObject, built: string | undefined): Start {
  const script = textAt(manifest, 'scripts', 'start');
  const fromScript = script === undefined ? undefined : scriptArguments(script, manifest);
  if (fromScript !== undefined) return { arguments: fromScript };
  const entry = entryFile(project, manifest, built);
  if (entry === undefined)
    throw new CodedError('entry-unknown', 'package.json does not say which file starts the program', {
      hint: 'set "scripts": {"start": "node FILE"} or "main" in package.json',
    });
  if (script === undefined) return { arguments: [entry] };
  return {
    arguments: [entry],
    note: `the start script needs a shell or a developer's tool, so the image starts node ${entry}: check that it is the same`,
  };
}

function scriptArguments(script: string, manifest: JsonObject): string[] | undefined {
  const words = simpleArguments(script);
  if (words === undefined) return undefined;
  if (words[0] === 'cross-env' || words[0] === 'env') words.shift();
  while (/^[A-Z_][A-Z0-9_]{0,60}=/.test(words[0] ?? '')) words.shift();
  const [program = '', ...rest] = words;
  if (program === 'node') return rest.length > 0 ? rest : undefined;
  if (program === 'nest') return ['dist/main.js'];
  if (program === '' || developerTools.has(program) || !/^[\w-]{1,60}$/.test(program)) return undefined;
  // A shim in node_modules/.bin is a link to a script for node with npm and yarn; pnpm's is for a shell.
  if (program === 'next') return ['node_modules/next/dist/bin/next', ...rest];
  return hasDependency(manifest, program) ? [`node_modules/.bin/${program}`, ...rest] : undefined;
}

function entryFile(project: Project, manifest: JsonObject, built: string | undefined): string | undefined {
  const main = textAt(manifest, 'main')?.replace(/^\.\//, '');
  const candidates = [
    ...(main === undefined ? [] : [main, `${main}.js`]),
    ...['', 'src/'].flatMap((folder) =>
      usualEntries.flatMap((name) => ['js', 'mjs', 'cjs'].map((end) => `${folder}${name}.${end}`)),
    ),
  ];
  if (built !== undefined) {
    // What the build makes is not there yet: a main in its folder, else the file that is made from a usual source.
    if (main?.startsWith(`${built}/`) === true) return main;
    const source = firstOf(
      project,
      ['src/', ''].flatMap((folder) => usualEntries.map((name) => `${folder}${name}.ts`)),
    );
    if (source !== undefined) return `${built}/${compiledName(project, source)}`;
  }
  return firstOf(project, candidates) ?? (has(project, 'src/main.ts') ? 'src/main.ts' : undefined);
}

/** Where tsc puts a file: below rootDir, which is `src` where all sources lie there. */
function compiledName(project: Project, source: string): string {
  const rootDir = /"rootDir"\s{0,3}:\s{0,3}"(?:\.\/)?([^"]{0,100})"/.exec(textOf(project, 'tsconfig.json'))?.[1];
  const isBelow = source.startsWith('src/') && (rootDir === undefined || rootDir.replace(/\/$/, '') === 'src');
  return (isBelow ? source.slice('src/'.length) : source).replace(/\.ts$/, '.js');
}

/** Whether package.json names the package as one that the program needs to run. */
export function hasDependency(manifest: JsonObject, name: string): boolean {
  return textAt(manifest, 'dependencies', name) !== undefined;
}

/** Packages that listen. */
const servers = [
  'express',
  'fastify',
  'koa',
  'next',
  'nuxt',
  '@nestjs/core',
  '@hapi/hapi',
  'hono',
  '@hono/node-server',
  'restify',
  'polka',
  'h3',
  'socket.io',
  'ws',
  '@adonisjs/core',
  'sails',
  '@feathersjs/express',
  'apollo-server',
  '@apollo/server',
];

/** The package that makes a project a server, if it needs one. */
export function serverOf(manifest: JsonObject): string | undefined {
  return servers.find((name) => hasDependency(manifest, name));
}
