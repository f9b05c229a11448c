import { CodedError } from '../../../model/index.ts';
import type { ProjectKind } from '../kind.ts';
import { cache, copy, copyBuilt, env, type ImagePlan, run, type Step, workdir } from '../plan.ts';
import { baseName, depthOf, folderOf, has, hasFolder, type Project, textOf } from '../project.ts';
import { healthPathIn, listensOnLoopback, loopbackNote, portOf } from '../sources.ts';
import { imageName, plainWord } from '../words.ts';

/** The newest release that images are known of; newer compilers build older modules. */
const newestMinor = 26;
/** Modules that are C inside. */
const needsC =
  /\b(?:github\.com\/mattn\/go-sqlite3|github\.com\/confluentinc\/confluent-kafka-go|github\.com\/google\/gopacket\/pcap|gocv\.io)\b/;

/** A Go module with a program. */
export const go: ProjectKind = {
  name: 'go',
  summary: 'a Go module: one static program',
  bases: [
    { purpose: 'go-build', reference: 'golang:1.{}-bookworm' },
    { purpose: 'static', reference: 'gcr.io/distroless/static-debian12:nonroot' },
    { purpose: 'cc', reference: 'gcr.io/distroless/cc-debian12:nonroot' },
  ],
  reads: (path) =>
    path === 'go.mod' ||
    path === 'go.work' ||
    (depthOf(path) <= 3 && path.endsWith('.go') && !path.endsWith('_test.go')),
  detect: (project) => (has(project, 'go.mod') ? { file: 'go.mod', strength: 3 } : undefined),
  plan(project, options) {
    const module = /^module\s{1,5}"?([^\s"]{1,300})/m.exec(textOf(project, 'go.mod'))?.[1] ?? project.name;
    const main = mainPackage(project, module);
    const texts = project.files.filter((path) => path.endsWith('.go')).map((path) => textOf(project, path));
    const usesC = needsC.test(textOf(project, 'go.mod')) || texts.some((text) => /^import "C"$/m.test(text));
    const listens = texts.some((text) => /ListenAndServe|net\.Listen\(|\.Run\(|\.Listen\(|\.Start\(/.test(text));
    const port = portOf(options, listens ? texts : [], listens ? 8080 : undefined);
    const program = plainWord(baseName(main) || lastPart(module), 'the program');
    const healthPath = healthPathIn(texts);
    const final = usesC
      ? options.bases.for('cc', 'gcr.io/distroless/cc-debian12:nonroot')
      : options.bases.for('static', 'gcr.io/distroless/static-debian12:nonroot');
    return {
      name: imageName(program),
      seen: ['go.mod', `package ./${main}`, ...(usesC ? ['cgo'] : [])],
      build: {
        base: options.bases.for('go-build', `golang:1.${release(project)}-bookworm`),
        steps: buildSteps(project, { main, program, usesC }),
      },
      final: {
        base: final,
        steps: [
          ...(port === undefined ? [] : [env({ PORT: String(port) })]),
          copyBuilt([`/out/${program}`], `/usr/local/bin/${program}`),
        ],
      },
      user: '65532:65532',
      entrypoint: [`/usr/local/bin/${program}`],
      ...(port === undefined ? {} : { port }),
      ...(healthPath === undefined ? {} : { healthPath }),
      needsInit: false,
      writable: [{ path: '/tmp', sizeMib: 64 }],
      memoryMib: 256,
      ignore: ['bin', 'dist', '**/*.out'],
      notes: [
        ...(has(project, 'go.sum') || !/^\s*require\b/m.test(textOf(project, 'go.mod'))
          ? []
          : ['no go.sum: commit it (go mod tidy), or modules are not verified']),
        ...(listens && listensOnLoopback(texts) ? [loopbackNote] : []),
      ],
      secrets: {},
    } satisfies ImagePlan;
  },
};

function buildSteps(
  project: Project,
  { main, program, usesC }: { main: string; program: string; usesC: boolean },
): Step[] {
  const modules = cache('/go/pkg/mod');
  const isVendored = has(project, 'vendor/modules.txt');
  // A workspace's modules have go.mod files of their own, all over the tree.
  const early = isVendored || has(project, 'go.work') ? [] : ['go.mod', ...(has(project, 'go.sum') ? ['go.sum'] : [])];
  return [
    env({
      CGO_ENABLED: usesC ? '1' : '0',
      GOFLAGS: isVendored ? '-mod=vendor' : '-mod=readonly',
      GOMODCACHE: '/go/pkg/mod',
      GOCACHE: '/root/.cache/go-build',
    }),
    workdir('/src'),
    ...(early.length === 0 ? [] : [copy(early, './'), run('go mod download', modules)]),
    copy(['.'], './'),
    run(
      `go build -trimpath -buildvcs=false -ldflags='-s -w' -o /out/${program} ./${main}`,
      modules,
      cache('/root/.cache/go-build'),
    ),
  ];
}

/** The folder of the package to build: the root, `cmd/X`, or the only other one. Throws `entry-unknown`. */
function mainPackage(project: Project, module: string): string {
  const folders = new Set(project.files.filter((path) => /^package main$/m.test(textOf(project, path))).map(folderOf));
  for (const folder of [...folders])
    if (/(?:^|\/)(?:vendor|testdata|examples?|tools?|scripts?|internal)(?:\/|$)/.test(folder)) folders.delete(folder);
  const named = [`cmd/${lastPart(module)}`, 'cmd/server', 'cmd/app', 'cmd/main', 'cmd/api'].find((folder) =>
    folders.has(folder),
  );
  const found = folders.has('') ? '' : (named ?? (folders.size === 1 ? [...folders][0]! : undefined));
  if (found !== undefined) return found === '' ? '' : plainWord(found, 'the folder');
  const list = [...folders]
    .sort()
    .slice(0, 5)
    .map((folder) => `./${folder}`)
    .join(', ');
  throw new CodedError(
    'entry-unknown',
    folders.size === 0 ? 'the Go module has no package main' : `the Go module has several programs: ${list}`,
    {
      hint: hasFolder(project, 'cmd')
        ? `keep the one to ship in cmd/${lastPart(module)}, or run it in its own folder`
        : 'keep the program in the root or in cmd/NAME',
    },
  );
}

function lastPart(module: string): string {
  return baseName(module.replace(/\/v\d{1,3}$/, ''));
}

function release(project: Project): number {
  const wanted = Number(/^(?:go|toolchain go)\s{0,5}1\.(\d{1,3})/m.exec(textOf(project, 'go.mod'))?.[1] ?? 0);
  return Math.max(wanted, newestMinor);
}
