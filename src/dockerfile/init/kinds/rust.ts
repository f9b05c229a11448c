import { CodedError } from '../../../model/index.ts';
import type { ProjectKind } from '../kind.ts';
import { cache, comment, copy, copyBuilt, env, type ImagePlan, run, workdir } from '../plan.ts';
import { has, type Project, textOf } from '../project.ts';
import { listAt, objectAt, textAt } from '../read/json.ts';
import { readToml } from '../read/toml.ts';
import { healthPathIn, heedsSignals, listensOnLoopback, loopbackNote, portOf } from '../sources.ts';
import { imageName, plainWord } from '../words.ts';

/** Writes the crates into the program, so that scanners know them. */
const auditable = '0.7.1';
const servers = [
  'axum',
  'actix-web',
  'rocket',
  'warp',
  'hyper',
  'tide',
  'poem',
  'salvo',
  'tonic',
  'tiny_http',
  'rouille',
];

/** A Rust package or workspace with a program. */
export const rust: ProjectKind = {
  name: 'rust',
  summary: 'a Rust package or workspace: one program on libc',
  bases: [
    { purpose: 'rust-build', reference: 'rust:{}-slim-bookworm' },
    { purpose: 'cc', reference: 'gcr.io/distroless/cc-debian12:nonroot' },
  ],
  reads: (path) =>
    /(?:^|\/)(?:Cargo\.toml|main\.rs)$/.test(path) || ['rust-toolchain', 'rust-toolchain.toml'].includes(path),
  detect: (project) => (has(project, 'Cargo.toml') ? { file: 'Cargo.toml', strength: 3 } : undefined),
  plan(project, options) {
    const { program, manifest, folder } = programOf(project);
    const isLocked = has(project, 'Cargo.lock');
    const texts = project.files.filter((path) => path.endsWith('main.rs')).map((path) => textOf(project, path));
    const server = servers.find((name) => objectAt(manifest, 'dependencies')[name] !== undefined);
    const listens = server !== undefined || texts.some((text) => /TcpListener::bind/.test(text));
    const port = portOf(options, listens ? texts : [], listens ? (server === 'rocket' ? 8000 : 8080) : undefined);
    const healthPath = healthPathIn(texts);
    const registry = cache('/usr/local/cargo/registry');
    return {
      name: imageName(program),
      seen: [isLocked ? 'Cargo.lock' : 'Cargo.toml', `program ${program}`, ...(server === undefined ? [] : [server])],
      build: {
        base: options.bases.for('rust-build', `rust:${toolchain(project)}-slim-bookworm`),
        steps: [
          env({
            CARGO_HOME: '/usr/local/cargo',
            CARGO_TARGET_DIR: '/src/target',
            CARGO_PROFILE_RELEASE_STRIP: 'symbols',
          }),
          comment('The program carries the list of its crates, so that scanners know them.'),
          run(`cargo install --quiet --locked --version ${auditable} cargo-auditable`, registry),
          workdir('/src'),
          copy(['.'], './'),
          run(
            [
              `cargo auditable build --release${isLocked ? ' --locked' : ''} --bin ${program}`,
              'mkdir -p /out',
              // The target folder may be a cache, which is gone after this step.
              `cp target/release/${program} /out/`,
            ],
            registry,
            cache('/src/target'),
          ),
        ],
      },
      final: {
        base: options.bases.for('cc', 'gcr.io/distroless/cc-debian12:nonroot'),
        steps: [
          ...(port === undefined
            ? []
            : [
                env({
                  PORT: String(port),
                  ...(server === 'rocket' ? { ROCKET_ADDRESS: '0.0.0.0', ROCKET_PORT: String(port) } : {}),
                }),
              ]),
          copyBuilt([`/out/${program}`], `/usr/local/bin/${program}`),
        ],
      },
      user: '65532:65532',
      entrypoint: [`/usr/local/bin/${program}`],
      ...(port === undefined ? {} : { port }),
      ...(healthPath === undefined ? {} : { healthPath }),
      needsInit: !heedsSignals(texts),
      writable: [{ path: '/tmp', sizeMib: 64 }],
      memoryMib: 256,
      ignore: ['target', '**/*.rs.bk'],
      notes: [
        ...(isLocked ? [] : ['no Cargo.lock: commit it, or every build may get other crates']),
        ...(listens && listensOnLoopback(texts) ? [loopbackNote] : []),
        ...(folder === '' ? [] : [`the workspace has the program ${program} in ${folder}`]),
      ],
      secrets: {},
    } satisfies ImagePlan;
  },
};

/** The program to ship: default-run, [[bin]], the package's own name; of a workspace, its only member with one. */
function programOf(project: Project): {
  readonly program: string;
  readonly manifest: unknown;
  readonly folder: string;
} {
  const found: { program: string; manifest: unknown; folder: string }[] = [];
  for (const path of project.files.filter((file) => /(?:^|\/)Cargo\.toml$/.test(file))) {
    const folder = path.slice(0, -'Cargo.toml'.length).replace(/\/$/, '');
    const manifest = readToml(textOf(project, path), path);
    const bins = listAt(manifest, 'bin').map((bin) => textAt(bin, 'name'));
    const hasMain = has(project, folder === '' ? 'src/main.rs' : `${folder}/src/main.rs`);
    const name =
      textAt(manifest, 'package', 'default-run') ??
      bins[0] ??
      (hasMain ? textAt(manifest, 'package', 'name') : undefined);
    if (name !== undefined) found.push({ program: plainWord(name, 'the program'), manifest, folder });
  }
  const root = found.find(({ folder }) => folder === '');
  if (root !== undefined) return root;
  if (found.length === 1) return found[0]!;
  throw new CodedError(
    'entry-unknown',
    found.length === 0
      ? 'Cargo.toml has no program: no src/main.rs and no [[bin]]'
      : `the workspace has several programs: ${found
          .slice(0, 5)
          .map(({ program }) => program)
          .join(', ')}`,
    { hint: 'give the root package a default-run, or run it in the folder of the program' },
  );
}

/** `1` is the newest stable; a toolchain that the project pins by number is taken. */
function toolchain(project: Project): string {
  const text = textOf(project, 'rust-toolchain.toml') || textOf(project, 'rust-toolchain');
  return /(?:^|channel\s{0,3}=\s{0,3}")(1\.\d{1,3}(?:\.\d{1,3})?)/m.exec(text)?.[1] ?? '1';
}
