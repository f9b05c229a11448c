import type { PlanOptions } from './kind.ts';
import { buildSteps, nodeNotes, nodeRelease, nodeSecrets, packageManager, serverOf } from './node/index.ts';
import type { Stage } from './plan.ts';
import { has, type Project, textOf } from './project.ts';
import { type JsonObject, readJson, textAt } from './read/json.ts';
import { isPlainWord } from './words.ts';

/** A static site that Node tools make. */
export interface SiteBuild {
  /** The folder that is served. */
  readonly output: string;
  readonly seen: readonly string[];
  readonly ignore: readonly string[];
  readonly notes: readonly string[];
  readonly secrets: Readonly<Record<string, string>>;
  readonly stage: (options: PlanOptions) => Stage;
}

/** Bundlers, and where each puts what it makes. */
const bundlers: readonly (readonly [name: string, output: string])[] = [
  ['react-scripts', 'build'],
  ['@angular/cli', 'dist'],
  ['@docusaurus/core', 'build'],
  ['gatsby', 'public'],
  ['@11ty/eleventy', '_site'],
  ['vuepress', '.vuepress/dist'],
  ['astro', 'dist'],
  ['@vue/cli-service', 'dist'],
  ['parcel', 'dist'],
  ['vite', 'dist'],
  ['webpack', 'dist'],
];

/** How a site is built, where package.json has a build script and names a bundler. */
export function siteBuild(project: Project): SiteBuild | undefined {
  if (!has(project, 'package.json')) return undefined;
  const manifest = readJson(textOf(project, 'package.json'), 'package.json');
  const named = (name: string): boolean =>
    textAt(manifest, 'dependencies', name) !== undefined || textAt(manifest, 'devDependencies', name) !== undefined;
  const bundler = bundlers.find(([name]) => named(name));
  if (bundler === undefined || textAt(manifest, 'scripts', 'build') === undefined) return undefined;
  const manager = packageManager(project, manifest);
  const wanted = nodeRelease(project, manifest);
  const output = outputOf(project, manifest, bundler);
  return {
    output,
    seen: [manager.lock ?? 'package.json', manager.name, `${bundler[0]} into ${output}`],
    ignore: ['**/node_modules', output, '.npmrc'],
    notes: nodeNotes(manager, wanted),
    secrets: nodeSecrets(project),
    stage: ({ bases }) => ({
      base: bases.for('node-build', `node:${wanted.release}-bookworm-slim`),
      steps: buildSteps(project, manifest, { manager, keepsPackages: false }),
    }),
  };
}

function outputOf(project: Project, manifest: JsonObject, [name, usual]: readonly [string, string]): string {
  const configured =
    name === '@angular/cli'
      ? angularOutput(project, manifest)
      : /\boutDir\s{0,3}:\s{0,3}["'](?:\.\/)?([^"'\n]{1,100})["']/.exec(
          project.files
            .filter((path) => /^(?:vite|astro)\.config\./.test(path))
            .map((path) => textOf(project, path))
            .join('\n'),
        )?.[1];
  return configured !== undefined && isPlainWord(configured) ? configured : usual;
}

/** The builder `application` puts what browsers get in `browser`. */
function angularOutput(project: Project, manifest: JsonObject): string | undefined {
  const text = textOf(project, 'angular.json');
  const path =
    /"outputPath"\s{0,3}:\s{0,3}"([^"\n]{1,100})"/.exec(text)?.[1] ?? `dist/${textAt(manifest, 'name') ?? ''}`;
  return /"@angular(?:-devkit)?\/build(?:-angular)?:application"/.test(text) ? `${path}/browser` : path;
}

/** Whether a Node project is a site: bundled, and nothing of it starts or needs a server. */
export function isSite(project: Project): boolean {
  if (siteBuild(project) === undefined) return false;
  const manifest = readJson(textOf(project, 'package.json'), 'package.json');
  return serverOf(manifest) === undefined && !/\bnode\b/.test(textAt(manifest, 'scripts', 'start') ?? '');
}
