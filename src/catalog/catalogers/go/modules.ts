/** The modules that a Go program is made of, as its build information lists them. */
export interface GoModules {
  /** Import path of the main package; empty where it is not named. */
  readonly mainPackage: string;
  readonly main?: GoModule;
  readonly dependencies: readonly GoModule[];
  /** More were listed than are kept. */
  readonly cut: boolean;
}

export interface GoModule {
  readonly path: string;
  /** `v1.2.3`; empty where it was built from a working copy (`(devel)`). */
  readonly version: string;
}

const maxModules = 20_000;

/**
 * Reads the text of the build information (runtime/debug, ParseBuildInfo): lines of tab-separated fields, `path`,
 * `mod`, `dep`, and `=>` for what replaces the module above. A module replaced by a directory keeps its own name: its
 * code is most likely a copy of it.
 */
export function parseModules(text: string): GoModules {
  let mainPackage = '';
  let main: GoModule | undefined;
  const dependencies: GoModule[] = [];
  let last: 'main' | 'dependency' | undefined;
  let cut = false;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const fields = text.slice(start, end).split('\t', 4);
    start = end + 1;
    const [word, path = '', version = ''] = fields;
    if (word === 'path') mainPackage = path;
    else if (word === 'mod') {
      main = moduleOf(path, version);
      last = 'main';
    } else if (word === 'dep') {
      if (dependencies.length >= maxModules) cut = true;
      else if (path !== '') dependencies.push(moduleOf(path, version));
      last = path === '' || cut ? undefined : 'dependency';
    } else if (word === '=>' && path !== '' && !isDirectory(path)) {
      if (last === 'main') main = moduleOf(path, version);
      else if (last === 'dependency') dependencies[dependencies.length - 1] = moduleOf(path, version);
    }
  }
  return { mainPackage, ...(main !== undefined && main.path !== '' && { main }), dependencies, cut };
}

function moduleOf(path: string, version: string): GoModule {
  return { path, version: version === '(devel)' ? '' : version };
}

/** Module paths never begin with a dot or slash; replacements by a directory do, or name a drive. */
function isDirectory(path: string): boolean {
  return path.startsWith('.') || path.startsWith('/') || path.startsWith('\\') || path[1] === ':';
}

const release = /^go(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:(rc|beta)(\d{1,9}))?/;

/**
 * The version of the standard library in the three-part form of Go's advisories: `go1.21.3` → `1.21.3`, `go1.20` →
 * `1.20.0`, `go1.21rc2` → `1.21.0-rc.2`; suffixes of builders (`go1.19.9b4`, `go1.22.1 X:nocoverageredesign`) are no
 * part of it. Empty for what is no release (`devel …`).
 */
export function standardLibraryVersion(goVersion: string): string {
  const match = release.exec(goVersion);
  if (match === null) return '';
  const [, major, minor = '0', patch = '0', stage, number] = match;
  const version = `${major}.${minor}.${patch}`;
  return stage === undefined ? version : `${version}-${stage}.${number}`;
}
