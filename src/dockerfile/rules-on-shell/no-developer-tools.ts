import { enumerated, type PackageCall, type PackageRequest, type ShellRule, type ShellRun } from '../shell/index.ts';

/** Compilers, build systems, debuggers, by the names that Debian, Alpine and Red Hat give them. */
const tools = new Set([
  ...[
    'build-essential',
    'build-base',
    'alpine-sdk',
    'gcc',
    'g++',
    'gcc-c++',
    'clang',
    'llvm',
    'make',
    'cmake',
    'ninja-build',
    'ninja',
  ],
  ...[
    'autoconf',
    'automake',
    'libtool',
    'pkg-config',
    'pkgconf',
    'pkgconfig',
    'bison',
    'flex',
    'm4',
    'patch',
    'gdb',
    'strace',
    'ltrace',
    'valgrind',
  ],
  ...[
    'golang',
    'golang-go',
    'go',
    'rust',
    'rustc',
    'cargo',
    'default-jdk',
    'default-jdk-headless',
    'maven',
    'gradle',
    'ant',
    'meson',
    'nasm',
    'yasm',
  ],
  ...[
    'kernel-devel',
    'linux-headers',
    'musl-dev',
    'libc-dev',
    'libc6-dev',
    'glibc-devel',
    'binutils',
    'git',
    'mercurial',
    'subversion',
    'fakeroot',
    'dpkg-dev',
    'rpm-build',
  ],
]);

/** Nothing that only a build needs is shipped. */
export const noDeveloperTools: ShellRule = {
  name: 'no-developer-tools',
  summary: 'Compilers, headers and the like are not left in the stage that is shipped.',
  explanation:
    'They are hundreds of megabytes with their own advisories, and all that an intruder needs to build more. Build in a stage of its own and COPY --from it what came out, or remove them in the same RUN.',
  category: 'size',
  severity: 'info',
  aliases: [],
  check(run, { isShipped }) {
    if (!isShipped) return [];
    return run.packages.flatMap((call) => {
      const left =
        call.action === 'install'
          ? call.packages.filter((each) => isTool(each, call) && !isRemoved(each, call, run))
          : [];
      if (left.length === 0) return [];
      const { from, to } = call.invocation;
      const names = enumerated(left.map(({ name }) => name));
      return [
        {
          from,
          to,
          message: `${names} ${left.length === 1 ? 'stays' : 'stay'} in the image, and only builds need ${left.length === 1 ? 'it' : 'them'}`,
          advice: 'install it in a stage of its own, or remove it in the same RUN',
        },
      ];
    });
  },
};

function isTool({ name, source }: PackageRequest, { ecosystem }: PackageCall): boolean {
  if (source !== 'registry' || !/^(?:deb|apk|rpm)$/.test(ecosystem)) return false;
  return (
    tools.has(name) ||
    /-(?:dev|devel|headers)$|^(?:openjdk|java)-.*-(?:jdk|devel)|^openjdk\d+(?:-jdk)?$|^(?:gcc|g\+\+|clang|llvm)-\d+$|^linux-headers-/.test(
      name,
    )
  );
}

function isRemoved({ name }: PackageRequest, call: PackageCall, { packages }: ShellRun): boolean {
  const virtual = call.value('-t', '--virtual');
  return packages.some(({ action, manager, packages: gone, has, subcommand }) => {
    if (manager !== call.manager || action !== 'remove') return false;
    if (gone.some((each) => each.name === name || each.name === virtual || each.source === 'unknown')) return true;
    return (
      manager === 'apt' &&
      (subcommand.startsWith('auto') || has('--auto-remove')) &&
      gone.length > 0 &&
      gone.some((each) => each.name === 'build-essential')
    );
  });
}
