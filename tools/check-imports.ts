import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * Holds the tree against tools/layers.json: imports point one way, across folders only through index.ts, no cycles of
 * files, pure stages open nothing, plugins of a family don't know one another, and nothing is exported for nobody.
 */

interface Table {
  readonly allow: Readonly<Record<string, readonly string[]>>;
  readonly pure: readonly string[];
  readonly pureMayNotImport: readonly string[];
  readonly families: readonly string[];
  readonly entryPoints: readonly string[];
  /** Files that may be imported past their folder's index.ts, and why. */
  readonly past: Readonly<Record<string, string>>;
}

interface Source {
  readonly file: string;
  readonly imports: readonly { readonly from: string; readonly names: readonly string[]; readonly lazy?: boolean }[];
  readonly exports: readonly string[];
  readonly text: string;
}

const root = path.resolve(import.meta.dirname, '..');
const table = JSON.parse(fs.readFileSync(path.join(root, 'tools/layers.json'), 'utf8')) as Table;
const complaints: string[] = [];

const sources = new Map<string, Source>();
for (const folder of ['src', 'web/src', 'web/dev', 'test', 'bench', 'tools'])
  for (const file of filesBelow(folder)) sources.set(file, read(file));
for (const source of sources.values()) if (isOurs(source.file)) checkDirections(source);
checkCycles();
checkUnusedExports();
for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
process.stdout.write(`imports: ${sources.size} files, ${complaints.length} complaints\n`);
process.exitCode = complaints.length > 0 ? 1 : 0;

/** Product code, of which the table speaks: not the tests and tools around it. */
function isOurs(file: string): boolean {
  return file.startsWith('src/') || file.startsWith('web/');
}

function filesBelow(folder: string): string[] {
  const absolute = path.join(root, folder);
  if (!fs.existsSync(absolute)) return [];
  return (
    fs
      .readdirSync(absolute, { recursive: true, encoding: 'utf8' })
      // AssemblyScript is a language of its own.
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.as.ts'))
      .map((name) => path.posix.join(folder, name))
  );
}

function read(file: string): Source {
  const text = fs.readFileSync(path.join(root, file), 'utf8');
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports: { from: string; names: string[]; lazy?: boolean }[] = [];
  const exports: string[] = [];
  const resolve = (specifier: string): string =>
    specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const bindings = node.importClause?.namedBindings;
      const names =
        bindings !== undefined && ts.isNamedImports(bindings)
          ? bindings.elements.map((element) => (element.propertyName ?? element.name).text)
          : ['*'];
      imports.push({ from: resolve(node.moduleSpecifier.text), names });
    } else if (ts.isExportDeclaration(node)) {
      const names =
        node.exportClause !== undefined && ts.isNamedExports(node.exportClause)
          ? node.exportClause.elements.map((element) => (element.propertyName ?? element.name).text)
          : ['*'];
      if (node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier))
        imports.push({ from: resolve(node.moduleSpecifier.text), names });
    } else if (
      ts.isCallExpression(node) &&
      node.expression.kind === ts.SyntaxKind.ImportKeyword &&
      node.arguments[0] !== undefined &&
      ts.isStringLiteral(node.arguments[0])
    ) {
      imports.push({ from: resolve(node.arguments[0].text), names: ['*'], lazy: true });
    } else if (
      ts.isImportTypeNode(node) &&
      ts.isLiteralTypeNode(node.argument) &&
      ts.isStringLiteral(node.argument.literal)
    ) {
      imports.push({ from: resolve(node.argument.literal.text), names: ['*'] });
    }
    if (
      node.parent === tree &&
      ts.canHaveModifiers(node) &&
      ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    ) {
      if (ts.isVariableStatement(node))
        for (const declaration of node.declarationList.declarations) exports.push(declaration.name.getText());
      // A type may be exported for the sake of a signature that names it; a value that nobody imports is dead.
      else if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node))
        exports.push(node.name?.text ?? 'default');
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return { file, imports, exports, text };
}

/** The folder below src; of `src/server/contract` a stage of its own, as the table says. */
function stageOf(file: string): string {
  if (file.startsWith('web/')) return 'web';
  const parts = file.split('/');
  const inner = parts.slice(0, 3).join('/');
  return Object.hasOwn(table.allow, inner) ? inner : parts.slice(0, 2).join('/');
}

function checkDirections({ file, imports }: Source): void {
  const stage = stageOf(file);
  const allowed = table.allow[stage];
  const isTest = file.endsWith('.test.ts') || file.endsWith('.fixture.ts');
  if (allowed === undefined) return void complaints.push(`${file}: ${stage} is not in tools/layers.json`);
  for (const { from } of imports) {
    if (!isOurs(from)) {
      if (!isTest && table.pure.includes(stage) && table.pureMayNotImport.includes(from))
        complaints.push(`${file}: a pure stage imports ${from}`);
      continue;
    }
    const target = stageOf(from);
    if (target === stage) checkFamily(file, from);
    else if (isTest) continue;
    else if (!allowed.includes(target)) complaints.push(`${file}: ${stage} may not import ${target} (${from})`);
    else if (
      path.posix.basename(from) !== 'index.ts' &&
      !from.startsWith('src/formats/') &&
      !Object.hasOwn(table.past, from)
    )
      complaints.push(`${file}: imports ${from} past its index.ts`);
  }
}

function checkFamily(file: string, from: string): void {
  for (const family of table.families) {
    const member = (name: string): string => name.slice(family.length + 1).split('/')[0]!;
    if (!file.startsWith(`${family}/`) || !from.startsWith(`${family}/`) || file.endsWith('.test.ts')) continue;
    if (!from.slice(family.length + 1).includes('/') || !file.slice(family.length + 1).includes('/')) continue;
    if (member(file) !== member(from)) complaints.push(`${file}: a plugin imports another plugin (${from})`);
  }
}

function checkCycles(): void {
  const state = new Map<string, 'open' | 'done'>();
  const trail: string[] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open')
      return void complaints.push(`cycle: ${[...trail.slice(trail.indexOf(file)), file].join(' → ')}`);
    state.set(file, 'open');
    trail.push(file);
    // What is only loaded while running can't tie a knot while loading.
    for (const { from, lazy } of sources.get(file)?.imports ?? []) if (lazy !== true && sources.has(from)) visit(from);
    trail.pop();
    state.set(file, 'done');
  };
  for (const file of sources.keys()) if (isOurs(file)) visit(file);
}

function checkUnusedExports(): void {
  const used = new Map<string, Set<string>>();
  for (const { file, imports } of sources.values())
    for (const { from, names } of imports) {
      const set = used.get(from) ?? new Set();
      for (const name of names) set.add(name);
      used.set(from, set);
      void file;
    }
  for (const { file, exports } of sources.values()) {
    if (!isOurs(file) || file.endsWith('.test.ts') || table.entryPoints.includes(file)) continue;
    const names = used.get(file) ?? new Set();
    if (names.has('*')) continue;
    for (const name of exports) if (!names.has(name)) complaints.push(`${file}: nobody imports ${name}`);
  }
}
