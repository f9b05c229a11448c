import { CodedError } from '../../../model/index.ts';
import { baseName, firstOf, has, type Project, textOf } from '../project.ts';
import { objectAt } from '../read/json.ts';

/** How a Python program is started. */
export interface PythonStart {
  readonly command: readonly string[];
  /** The framework or server seen. */
  readonly seen?: string;
  readonly port?: number;
  /** Whether what is started ends on SIGTERM though it is the first process. */
  readonly heedsSignals: boolean;
  readonly notes: readonly string[];
}

interface Known {
  readonly names: ReadonlySet<string>;
  readonly pyproject: unknown;
  /** The port that the sources or the user name. */
  readonly port: number | undefined;
}

const usualPort = 8000;
const asgi = ['FastAPI', 'Starlette', 'Quart', 'Litestar', 'Sanic'];
const wsgi = ['Flask', 'Bottle', 'falcon.App', 'Pyramid'];

/** The command, with 0.0.0.0 and the port where a server takes them. Throws `entry-unknown`. */
export function pythonStart(project: Project, known: Known): PythonStart {
  const server = django(project, known) ?? application(project, known) ?? script(project, known);
  if (server !== undefined) return server;
  throw new CodedError('entry-unknown', 'no Python file of the project says what to start', {
    hint: 'name the program main.py or app.py, or a function in [project.scripts] of pyproject.toml',
  });
}

function django(project: Project, { names, port = usualPort }: Known): PythonStart | undefined {
  if (!has(project, 'manage.py')) return undefined;
  const settings = /DJANGO_SETTINGS_MODULE["'],\s{0,3}["']([\w.]{1,100})["']/.exec(textOf(project, 'manage.py'))?.[1];
  const site = settings?.replace(/\.settings.*$/, '') ?? 'config';
  const notes = [
    'static files: collect them (manage.py collectstatic) in the build stage and serve them with WhiteNoise or a web server',
  ];
  const served = serve({ names, target: `${site}.wsgi:application`, port, isAsync: false });
  if (served !== undefined) return { ...served, seen: 'Django', port, notes };
  return {
    command: ['python3', 'manage.py', 'runserver', '--noreload', `0.0.0.0:${port}`],
    seen: 'Django',
    port,
    heedsSignals: false,
    notes: ['manage.py runserver is for development: add gunicorn to the requirements', ...notes],
  };
}

/** An object in a module that a server takes: `app = FastAPI()`. */
function application(project: Project, { names, port = usualPort }: Known): PythonStart | undefined {
  for (const path of project.files.filter((file) => file.endsWith('.py'))) {
    const found = /^(\w{1,60})(?:\s{0,3}:\s{0,3}[\w.]{1,60})?\s{0,3}=\s{0,3}([\w.]{1,60})\(/gm;
    for (const [, name = '', made = ''] of textOf(project, path).matchAll(found)) {
      const framework = [...asgi, ...wsgi].find((each) => made === each || made.endsWith(`.${each}`));
      if (framework === undefined) continue;
      const target = `${moduleOf(path)}:${name}`;
      const served = serve({ names, target, port, isAsync: asgi.includes(framework) });
      if (served !== undefined) return { ...served, seen: framework, port, notes: [] };
      if (framework === 'Flask')
        return {
          command: ['python3', '-m', 'flask', '--app', target, 'run', '--host', '0.0.0.0', '--port', String(port)],
          seen: framework,
          port,
          heedsSignals: false,
          notes: ["Flask's own server is for development: add gunicorn to the requirements"],
        };
    }
  }
  return undefined;
}

interface Serve {
  readonly names: ReadonlySet<string>;
  /** `module:object` */
  readonly target: string;
  readonly port: number;
  readonly isAsync: boolean;
}

function serve({ names, target, port, isAsync }: Serve): Pick<PythonStart, 'command' | 'heedsSignals'> | undefined {
  const heeding = (...words: readonly string[]): ReturnType<typeof serve> => ({
    command: ['python3', '-m', ...words],
    heedsSignals: true,
  });
  const at = `0.0.0.0:${port}`;
  if (isAsync && (names.has('uvicorn') || names.has('fastapi-cli')))
    return heeding('uvicorn', target, '--host', '0.0.0.0', '--port', String(port));
  if (isAsync && names.has('hypercorn')) return heeding('hypercorn', '--bind', at, target);
  if (isAsync) return undefined;
  // Its heartbeat file must not lie on a disk: /dev/shm is memory and there in every container.
  if (names.has('gunicorn')) return heeding('gunicorn', '--worker-tmp-dir', '/dev/shm', '--bind', at, target);
  if (names.has('waitress'))
    return { command: ['python3', '-m', 'waitress', `--listen=${at}`, target], heedsSignals: false };
  return undefined;
}

function script(project: Project, { pyproject, port }: Known): PythonStart | undefined {
  const listening = port === undefined ? {} : { port };
  for (const target of Object.values({
    ...objectAt(pyproject, 'tool', 'poetry', 'scripts'),
    ...objectAt(pyproject, 'project', 'scripts'),
  })) {
    const [, module, name] = /^([A-Za-z_][\w.]{0,200}):([A-Za-z_]\w{0,100})$/.exec(String(target)) ?? [];
    if (module !== undefined && name !== undefined)
      return {
        command: ['python3', '-c', `from ${module} import ${name}; raise SystemExit(${name}())`],
        ...listening,
        heedsSignals: false,
        notes: [],
      };
  }
  const folders = ['', 'src/'];
  const file = firstOf(
    project,
    folders.flatMap((folder) =>
      ['main.py', 'app.py', 'server.py', 'run.py', 'wsgi.py', '__main__.py'].map((name) => `${folder}${name}`),
    ),
  );
  if (file !== undefined) return { command: ['python3', file], ...listening, heedsSignals: false, notes: [] };
  const packaged = project.files.find((path) => /^(?:src\/)?\w{1,60}\/__main__\.py$/.test(path));
  if (packaged !== undefined)
    return {
      command: ['python3', '-m', moduleOf(packaged).replace(/\.__main__$/, '')],
      ...listening,
      heedsSignals: false,
      notes: [],
    };
  const only = project.files.filter(
    (path) => /^[\w-]{1,60}\.py$/.test(path) && !['setup.py', 'conftest.py'].includes(baseName(path)),
  );
  return only.length === 1
    ? { command: ['python3', only[0]!], ...listening, heedsSignals: false, notes: [] }
    : undefined;
}

/** The dotted name of a file: `src` is a folder on the path, not a package. */
function moduleOf(path: string): string {
  return path
    .replace(/^src\//, '')
    .replace(/\.py$/, '')
    .replace(/\/__init__$/, '')
    .replaceAll('/', '.');
}
