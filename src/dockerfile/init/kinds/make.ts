import { CodedError } from '../../../model/index.ts';
import type { ProjectKind } from '../kind.ts';
import { aptInstall, copy, copyBuilt, type ImagePlan, run, workdir } from '../plan.ts';
import { baseName, depthOf, firstOf, textOf } from '../project.ts';
import { healthPathIn, heedsSignals, portOf } from '../sources.ts';
import { imageName, plainWord } from '../words.ts';

const makefiles = ['Makefile', 'makefile', 'GNUmakefile'];
const sourceName = /\.(?:c|cc|cpp|cxx)$/;
const cc = 'gcr.io/distroless/cc-debian12:nonroot';

/** C or C++ that make builds. */
export const make: ProjectKind = {
  name: 'make',
  summary: 'C or C++ with a Makefile: one program on libc',
  bases: [
    { purpose: 'c-build', reference: 'debian:12-slim' },
    { purpose: 'cc', reference: cc },
    { purpose: 'static', reference: 'gcr.io/distroless/static-debian12:nonroot' },
  ],
  reads: (path) => makefiles.includes(path) || (depthOf(path) <= 2 && sourceName.test(path)),
  detect(project) {
    const file = firstOf(project, makefiles);
    // Many a project has a Makefile for its chores.
    return file === undefined || !project.files.some((path) => sourceName.test(path))
      ? undefined
      : { file, strength: 2 };
  },
  plan(project, options) {
    const file = firstOf(project, makefiles)!;
    const makefile = textOf(project, file);
    const built = programOf(makefile, file);
    const program = baseName(built);
    const texts = project.files.filter((path) => sourceName.test(path)).map((path) => textOf(project, path));
    const listens = texts.some((text) => /\blisten\s?\(/.test(text));
    const port = portOf(options, listens ? texts : [], listens ? 8080 : undefined);
    const healthPath = healthPathIn(texts);
    const isStatic = /(?:^|\s)-static(?:\s|$)/m.test(makefile);
    const libraries = [...new Set([...makefile.matchAll(/\s-l([\w+-]{1,60})/g)].map(([, name]) => name!))].filter(
      (name) => !ofC.has(name),
    );
    return {
      name: imageName(program),
      seen: [file, `program ${built}`, ...(isStatic ? ['static'] : [])],
      build: {
        base: options.bases.for('c-build', 'debian:12-slim'),
        steps: [
          // The compiler of the release that the last stage's libraries are of.
          ...aptInstall(['build-essential']),
          workdir('/src'),
          copy(['.'], './'),
          run(['make', `install -D -m 0755 ${built} /out/${program}`]),
        ],
      },
      final: {
        base: isStatic
          ? options.bases.for('static', 'gcr.io/distroless/static-debian12:nonroot')
          : options.bases.for('cc', cc),
        steps: [copyBuilt([`/out/${program}`], `/usr/local/bin/${program}`)],
      },
      user: '65532:65532',
      entrypoint: [`/usr/local/bin/${program}`],
      ...(port === undefined ? {} : { port }),
      ...(healthPath === undefined ? {} : { healthPath }),
      needsInit: !heedsSignals(texts),
      writable: [{ path: '/tmp', sizeMib: 64 }],
      memoryMib: 256,
      ignore: ['**/*.o', '**/*.a', 'build', built],
      notes:
        libraries.length === 0 || isStatic
          ? []
          : [
              `the program is linked with ${libraries.map((name) => `lib${name}`).join(', ')}: both bases need it, or link it statically`,
            ],
      secrets: {},
    } satisfies ImagePlan;
  },
};

/** Libraries of glibc, and what distroless cc has. */
const ofC: ReadonlySet<string> = new Set([
  'c',
  'm',
  'pthread',
  'dl',
  'rt',
  'resolv',
  'util',
  'stdc++',
  'gcc',
  'gcc_s',
  'ssl',
  'crypto',
]);

/** What the Makefile makes: the variable that names it, else the first file that `all` needs, else `-o NAME`. */
function programOf(makefile: string, file: string): string {
  const variable =
    /^(?:PROG|PROGRAM|TARGET|BIN|BINARY|EXE|EXEC|EXECUTABLE|NAME)\s{0,5}[:?]?=\s{0,5}([^\s#$]{1,200})\s*$/m.exec(
      makefile,
    )?.[1];
  const all = /^all\s{0,5}:\s{0,5}([^\s#$]{1,200})/m.exec(makefile)?.[1];
  const output = /\s-o\s{1,5}([^\s$@]{1,200})/.exec(makefile)?.[1];
  const found =
    variable ??
    (all !== undefined && new RegExp(`^${escaped(all)}\\s{0,5}:`, 'm').test(makefile) ? all : undefined) ??
    output;
  if (found !== undefined) return plainWord(found.replace(/^\.\//, ''), 'the program');
  throw new CodedError('entry-unknown', `${file} does not say which program it makes`, {
    hint: 'name it: TARGET = NAME, or all: NAME',
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
