import type { BloatItem } from '../../../model/index.ts';

/** A directory whose whole tree an application does not need at run time. */
export interface BloatDirectory {
  /** With `/` in front: there and nowhere else. Without: wherever these names follow one another. */
  readonly path: string;
  readonly category: BloatItem['category'];
}

/** Where package managers, compilers and people leave what was only needed to build. Sources: each tool's own manual. */
export const bloatDirectories: readonly BloatDirectory[] = [
  // Package managers of operating systems.
  { path: '/var/cache/apt', category: 'package-cache' },
  { path: '/var/cache/debconf', category: 'package-cache' },
  { path: '/var/cache/apk', category: 'package-cache' },
  { path: '/etc/apk/cache', category: 'package-cache' },
  { path: '/var/cache/yum', category: 'package-cache' },
  { path: '/var/cache/dnf', category: 'package-cache' },
  { path: '/var/cache/libdnf5', category: 'package-cache' },
  { path: '/var/cache/tdnf', category: 'package-cache' },
  { path: '/var/cache/zypp', category: 'package-cache' },
  { path: '/var/cache/PackageKit', category: 'package-cache' },
  { path: '/var/cache/pacman', category: 'package-cache' },
  { path: '/var/lib/snapd/cache', category: 'package-cache' },
  { path: '/var/lib/apt/lists', category: 'package-index' },
  { path: '/var/lib/pacman/sync', category: 'package-index' },
  { path: '/var/lib/yum/repos', category: 'package-index' },
  { path: '/var/lib/dnf/repos', category: 'package-index' },

  // Package managers of languages, in any home.
  { path: '.cache/pip', category: 'package-cache' },
  { path: '.cache/pipenv', category: 'package-cache' },
  { path: '.cache/pypoetry', category: 'package-cache' },
  { path: '.cache/uv', category: 'package-cache' },
  { path: '.cache/pdm', category: 'package-cache' },
  { path: '.conda/pkgs', category: 'package-cache' },
  { path: 'conda/pkgs', category: 'package-cache' },
  { path: 'miniconda3/pkgs', category: 'package-cache' },
  { path: '.npm/_cacache', category: 'package-cache' },
  { path: '.npm/_npx', category: 'package-cache' },
  { path: '.npm/_logs', category: 'temporary' },
  { path: '.cache/yarn', category: 'package-cache' },
  { path: '.yarn/cache', category: 'package-cache' },
  { path: '.yarn/berry/cache', category: 'package-cache' },
  { path: '.cache/pnpm', category: 'package-cache' },
  { path: '.local/share/pnpm/store', category: 'package-cache' },
  { path: '.pnpm-store', category: 'package-cache' },
  { path: '.cache/node-gyp', category: 'package-cache' },
  { path: '.cache/node', category: 'package-cache' },
  { path: '.bun/install/cache', category: 'package-cache' },
  { path: '.cache/deno', category: 'package-cache' },
  { path: '.cache/go-build', category: 'package-cache' },
  { path: 'go/pkg/mod', category: 'package-cache' },
  { path: '.cargo/registry', category: 'package-cache' },
  { path: '.cargo/git', category: 'package-cache' },
  { path: 'cargo/registry', category: 'package-cache' },
  { path: 'cargo/git', category: 'package-cache' },
  { path: '.m2/repository', category: 'package-cache' },
  { path: '.m2/wrapper', category: 'package-cache' },
  { path: '.gradle/caches', category: 'package-cache' },
  { path: '.gradle/wrapper', category: 'package-cache' },
  { path: '.ivy2/cache', category: 'package-cache' },
  { path: '.cache/coursier', category: 'package-cache' },
  { path: '.sbt/boot', category: 'package-cache' },
  { path: '.gem/specs', category: 'package-cache' },
  { path: '.local/share/gem/specs', category: 'package-cache' },
  { path: '.bundle/cache', category: 'package-cache' },
  { path: 'bundle/cache', category: 'package-cache' },
  { path: '.composer/cache', category: 'package-cache' },
  { path: '.cache/composer', category: 'package-cache' },
  { path: '.local/share/NuGet', category: 'package-cache' },
  { path: '.nuget/packages', category: 'package-cache' },
  { path: '.cpanm', category: 'package-cache' },
  { path: '.cpan', category: 'package-cache' },
  { path: '.cache/bazel', category: 'package-cache' },
  { path: '.cache/ccache', category: 'package-cache' },
  { path: '.ccache', category: 'package-cache' },
  { path: '.cache/Homebrew', category: 'package-cache' },
  { path: '.cache/R', category: 'package-cache' },
  { path: '.stack/programs', category: 'package-cache' },
  { path: '.hex/packages', category: 'package-cache' },

  // Reading matter.
  { path: '/usr/share/doc', category: 'docs' },
  { path: '/usr/share/doc-base', category: 'docs' },
  { path: '/usr/share/man', category: 'docs' },
  { path: '/usr/share/info', category: 'docs' },
  { path: '/usr/share/gtk-doc', category: 'docs' },
  { path: '/usr/share/help', category: 'docs' },
  { path: '/usr/share/groff', category: 'docs' },
  { path: '/usr/share/lintian', category: 'docs' },
  { path: '/usr/share/linda', category: 'docs' },
  { path: '/usr/share/ri', category: 'docs' },
  { path: '/usr/local/share/doc', category: 'docs' },
  { path: '/usr/local/share/man', category: 'docs' },
  { path: '/usr/local/share/info', category: 'docs' },
  { path: '/usr/local/man', category: 'docs' },
  { path: '/usr/local/go/doc', category: 'docs' },
  { path: '/var/cache/man', category: 'docs' },
  { path: '/usr/share/locale', category: 'locale' },
  { path: '/usr/share/locale-langpack', category: 'locale' },
  { path: '/usr/share/i18n', category: 'locale' },
  { path: '/usr/local/share/locale', category: 'locale' },

  // Tests that are installed beside what they test.
  { path: '/usr/local/go/test', category: 'tests' },

  // Histories of sources.
  { path: '.git', category: 'vcs' },
  { path: '.svn', category: 'vcs' },
  { path: '.hg', category: 'vcs' },
  { path: '.bzr', category: 'vcs' },

  // Compilers' insides, headers.
  { path: '/usr/include', category: 'compiler' },
  { path: '/usr/local/include', category: 'compiler' },
  { path: '/usr/lib/go', category: 'compiler' },
  { path: '/usr/lib/rustlib', category: 'compiler' },
  { path: '/usr/local/go', category: 'compiler' },
  { path: '/usr/local/rustup', category: 'compiler' },
  { path: '.rustup/toolchains', category: 'compiler' },

  // Package managers' insides.
  { path: 'lib/node_modules/npm', category: 'package-manager' },
  { path: 'lib/node_modules/corepack', category: 'package-manager' },
  { path: 'lib/node_modules/yarn', category: 'package-manager' },
  { path: 'lib/node_modules/pnpm', category: 'package-manager' },
  { path: 'site-packages/pip', category: 'package-manager' },
  { path: 'dist-packages/pip', category: 'package-manager' },
  { path: '/usr/share/maven', category: 'package-manager' },
  { path: '/usr/share/gradle', category: 'package-manager' },

  // Debug symbols.
  { path: '/usr/lib/debug', category: 'debug-symbols' },
  { path: '/usr/local/lib/debug', category: 'debug-symbols' },
  { path: '/usr/src/debug', category: 'debug-symbols' },

  // What was left lying.
  { path: '/tmp', category: 'temporary' },
  { path: '/var/tmp', category: 'temporary' },
  { path: '/var/log', category: 'temporary' },
  { path: '/var/crash', category: 'temporary' },
  { path: '/var/lib/systemd/coredump', category: 'temporary' },
];

/** Directories in which languages install libraries. */
export const libraryDirectories: ReadonlySet<string> = new Set([
  'node_modules',
  'site-packages',
  'dist-packages',
  'gems',
]);

/** Below a library directory: names of the directories that hold tests. */
export const testDirectories: ReadonlySet<string> = new Set([
  'test',
  'tests',
  '__tests__',
  'testing',
  'testdata',
  'spec',
  'specs',
]);
