import type { ProjectKind } from '../kind.ts';
import { isNodeManifest } from '../node/index.ts';
import { copy, copyBuilt, type ImagePlan, type Stage } from '../plan.ts';
import { has } from '../project.ts';
import { imageName } from '../words.ts';
import { isSite, siteBuild } from '../site-build.ts';

/** Where nginx-unprivileged serves from. */
const served = '/usr/share/nginx/html/';
const port = 8080;
const web = 'nginxinc/nginx-unprivileged:stable-alpine-slim';

/** Files that any web server can serve, as they lie there or as a bundler makes them. */
export const staticSite: ProjectKind = {
  name: 'static',
  summary: 'a static site: HTML as it is, or built by Vite, Angular, Create React App, Astro and the like',
  bases: [
    { purpose: 'web', reference: web },
    { purpose: 'node-build', reference: 'node:{}-bookworm-slim' },
  ],
  reads: (path) => isNodeManifest(path) || path === 'angular.json' || /^(?:vite|astro)\.config\.[cm]?[jt]s$/.test(path),
  detect(project) {
    if (siteBuild(project) !== undefined) return { file: 'package.json', strength: isSite(project) ? 3 : 1 };
    const index = siteRoots.map((folder) => `${folder}index.html`).find((path) => has(project, path));
    if (index === undefined) return undefined;
    return { file: index, strength: has(project, 'package.json') ? 1 : 2 };
  },
  plan(project, options) {
    const build = siteBuild(project);
    const root = siteRoots.find((folder) => has(project, `${folder}index.html`)) ?? '';
    const listening = typeof options.port === 'number' ? options.port : port;
    return {
      name: imageName(project.name),
      seen: build?.seen ?? [`${root}index.html`],
      ...(build === undefined ? {} : { build: build.stage(options) }),
      final: finalStage(options.bases.for('web', web), build?.output, root),
      // What the image's files are owned by.
      user: '101:101',
      entrypoint: ['nginx', '-g', 'daemon off;'],
      port: listening,
      // The public image has busybox; what another base has is not known.
      ...(options.bases.isOther('web')
        ? {}
        : { health: ['wget', '-q', '-O', '/dev/null', `http://127.0.0.1:${listening}/`] }),
      healthPath: '/',
      // Lets nginx finish what it is answering.
      stopSignal: 'SIGQUIT',
      needsInit: false,
      writable: [{ path: '/tmp', sizeMib: 64 }],
      memoryMib: 128,
      ignore: build?.ignore ?? ['node_modules', '*.md'],
      notes: [
        ...(build?.notes ?? []),
        ...(listening === port
          ? []
          : [`nginx-unprivileged listens on ${port}: bring a configuration that listens on ${listening}`]),
        ...(options.bases.isOther('web')
          ? ['the base for web must be an nginx that needs no root, listens on 8080 and writes to /tmp only']
          : []),
      ],
      secrets: build?.secrets ?? {},
    } satisfies ImagePlan;
  },
};

const siteRoots = ['public/', 'site/', 'www/', 'html/', 'docs/', 'dist/', ''];

function finalStage(base: Stage['base'], output: string | undefined, root: string): Stage {
  if (output !== undefined) return { base, steps: [copyBuilt([`/app/${output}/`], served)] };
  return { base, steps: [copy([root === '' ? '.' : root], served)] };
}
