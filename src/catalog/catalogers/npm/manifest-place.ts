const nodeModules = '/node_modules/';

/** Whether a path lies below a node_modules folder. */
export function isInNodeModules(path: string): boolean {
  return path.includes(nodeModules);
}

/**
 * Where a `package.json` stands, from its path alone. `package`: directly in `node_modules/<name>` or
 * `node_modules/@<scope>/<name>` (pnpm's store and nested ones too). `inside`: elsewhere below node_modules, where
 * packages keep test fixtures and `{"type":"module"}` markers. `outside`: not below node_modules: an application's own,
 * or a package of a distribution or tool.
 */
export function manifestPlace(path: string): 'package' | 'inside' | 'outside' {
  const at = path.lastIndexOf(nodeModules);
  if (at < 0) return 'outside';
  const start = at + nodeModules.length;
  const end = path.length - '/package.json'.length;
  if (end <= start || path[start] === '.') return 'inside';
  const slash = path.indexOf('/', start);
  if (path[start] !== '@') return slash === end ? 'package' : 'inside';
  return slash < end && path.indexOf('/', slash + 1) === end ? 'package' : 'inside';
}

/** Whether a path lies in a folder of test data, as Go's tools and others name it: nothing there is ever installed. */
export function isTestData(path: string): boolean {
  return path.includes('/testdata/') || path.includes('/__fixtures__/');
}
