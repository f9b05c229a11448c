import { baseNameOf, type Executable, type ImagePath, type ImageRecord } from '../../model/index.ts';
import { dataPackages, runtimes, scriptTools, shells } from './install-time.table.ts';
import { type Need, PackageGraph } from './package-graph.ts';

/** What has to stay of a base, before what that needs in turn; and what nobody can see. */
export interface Roots {
  readonly needs: readonly Need[];
  readonly unknown: readonly string[];
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const mostShown = 3;

/**
 * Roots of a base: packages that people name, data that programs read by path, what its own entry point starts (where no
 * application is named), and for each application its entry point, its programs and libraries with what they link, its
 * scripts' interpreters, its own packages' declared needs, and the runtimes of its languages.
 */
export function rootsOf(
  base: ImageRecord,
  graph: PackageGraph,
  { apps, keep }: { readonly apps: readonly NamedRecord[]; readonly keep: readonly string[] },
): Roots {
  const needs: Need[] = [];
  const unknown: string[] = [];
  for (const name of keep) {
    const found = graph.named(name);
    if (found === undefined) unknown.push(`${name} is to be kept, but no package of that name is in the base`);
    else needs.push({ found, why: 'to be kept, you said' });
  }
  for (const found of graph.packages)
    if (dataPackages.has(found.name)) needs.push({ found, why: 'data that programs read by path' });
  const started = apps.length === 0 ? [{ name: 'the base', record: base }] : apps;
  const scripts = new Set<string>();
  for (const { name, record } of started) {
    const own = new PackageGraph(record);
    const files = [...entryFiles(record, own), ...(apps.length === 0 ? [] : appFiles(record, graph))];
    for (const file of files) {
      const path = file.place.path ?? '';
      needs.push(...fileNeeds(file, { graph, own, record, of: path === '' ? name : path }));
      if (isShellScript(file) || shells.has(baseNameOf(path as ImagePath))) scripts.add(`${path} of ${name}`);
    }
    if (apps.length > 0)
      needs.push(...packageNeeds(record, graph, name), ...runtimeNeeds(record, { graph, own, name }));
  }
  if (scripts.size > 0) {
    for (const found of graph.packages)
      if (scriptTools.has(found.name)) needs.push({ found, why: 'a shell script runs, which may call it' });
    const shown = [...scripts].slice(0, mostShown).join(', ');
    const more = scripts.size > mostShown ? ` and ${scripts.size - mostShown} more` : '';
    unknown.push(`which commands shell scripts call (${shown}${more}): name their packages with --keep`);
  }
  unknown.push(
    'which libraries and plug-ins programs load by name while they run, and which programs they start: the self-test has to reach them',
  );
  return { needs, unknown };
}

/** An image on the base, and how it was named. */
export interface NamedRecord {
  readonly name: string;
  readonly record: ImageRecord;
}

/** Programs that entry point, command and health check name: by path, or by name along PATH. */
function entryFiles(record: ImageRecord, own: PackageGraph): readonly Executable[] {
  const { entrypoint = [], cmd = [], healthcheck = [] } = record.image.configuration;
  const words = [...entrypoint, ...cmd, ...healthcheck.filter((word) => !/^(?:NONE|CMD|CMD-SHELL)$/.test(word))];
  // A health check in the shell's words is run by a shell.
  if (healthcheck[0] === 'CMD-SHELL') words.push('/bin/sh');
  return words.flatMap((word) => resolve(word, record, own) ?? []);
}

function resolve(word: string, record: ImageRecord, own: PackageGraph): Executable | undefined {
  if (word.startsWith('/')) return own.fileAt(word);
  if (word.includes('/') || word.startsWith('-') || word === '') return undefined;
  const path = record.image.configuration.env.find((each) => each.startsWith('PATH='))?.slice(5) ?? usualPath;
  return path
    .split(':')
    .map((folder) => own.fileAt(`${folder.replace(/\/$/, '')}/${word}`))
    .find((file) => file !== undefined);
}

/** What an application brought itself: files that no package of its system owns, and that the base has not. */
function appFiles(record: ImageRecord, graph: PackageGraph): readonly Executable[] {
  return record.executables.filter((file) => {
    const path = file.place.path ?? '';
    // Scripts of package managers run when packages come and go, which they no longer do.
    if (/^\/(?:var\/lib\/dpkg\/info|lib\/apk)\//.test(path)) return false;
    const inBase = graph.fileAt(path);
    return file.ownedBy === undefined && inBase?.sha256 !== file.sha256;
  });
}

interface FileContext {
  readonly graph: PackageGraph;
  readonly own: PackageGraph;
  readonly record: ImageRecord;
  readonly of: string;
}

/** The base's packages without which a file can't start: its own, its libraries', its interpreter's. */
function fileNeeds(file: Executable, { graph, own, record, of }: FileContext): Need[] {
  const needs: Need[] = [];
  const owner = own.ownerOf(file);
  const inBase = owner === undefined ? graph.ownerOf(graph.fileAt(file.place.path ?? '')) : graph.named(owner.name);
  if (inBase !== undefined) needs.push({ found: inBase, why: `${of} is started` });
  needs.push(...graph.linkNeeds(file, of));
  if (file.format === 'script' && file.interpreter !== undefined) {
    const isEnv = baseNameOf(file.interpreter as ImagePath) === 'env';
    const words = isEnv ? [file.interpreter, file.interpreterArgument?.split(' ').at(-1) ?? ''] : [file.interpreter];
    for (const word of words) {
      const interpreter = resolve(word, record, own);
      const found = interpreter === undefined ? undefined : own.ownerOf(interpreter);
      const kept = found === undefined ? undefined : graph.named(found.name);
      if (kept !== undefined) needs.push({ found: kept, why: `interpreter of ${of}` });
    }
  }
  return needs;
}

function isShellScript({ format, interpreter, interpreterArgument }: Executable): boolean {
  if (format !== 'script' || interpreter === undefined) return false;
  const name = baseNameOf(interpreter as ImagePath);
  return shells.has(name === 'env' ? (interpreterArgument ?? '').split(' ').at(-1)! : name);
}

/** What packages that the application installed on top of the base declare that they need of it. */
function packageNeeds(record: ImageRecord, graph: PackageGraph, name: string): Need[] {
  const needs: Need[] = [];
  for (const found of new PackageGraph(record).packages) {
    if (graph.named(found.name)?.version === found.version) continue;
    const names = (found.depends ?? []).flatMap((entry) => entry.split('|'));
    for (const need of names.map((each) => graph.named(each)))
      if (need !== undefined) needs.push({ found: need, why: `${found.name} of ${name} needs it` });
  }
  return needs;
}

function runtimeNeeds(
  record: ImageRecord,
  { graph, own, name }: { readonly graph: PackageGraph; readonly own: PackageGraph; readonly name: string },
): Need[] {
  const types = new Set(record.packages.filter(({ ownedBy }) => ownedBy === undefined).map(({ type }) => type));
  return [...types].flatMap((type) =>
    (runtimes[type] ?? []).flatMap((command) => {
      const owner = own.ownerOf(resolve(command, record, own));
      const found = owner === undefined ? undefined : graph.named(owner.name);
      return found === undefined ? [] : [{ found, why: `${type} packages of ${name} run on it` }];
    }),
  );
}
