import type { ProjectKind } from '../kind.ts';
import { copy, copyBuilt, env, type ImagePlan, workdir } from '../plan.ts';
import { depthOf, firstOf, has, hasFolder, type Project, textOf } from '../project.ts';
import { packageNames, pythonManager, pythonStart } from '../python/index.ts';
import { textAt } from '../read/json.ts';
import { readToml } from '../read/toml.ts';
import { type PickedRelease, pickRelease } from '../releases.ts';
import { healthPathIn, heedsSignals, listensOnLoopback, loopbackNote, portIn } from '../sources.ts';
import { imageName } from '../words.ts';

/** Python 3's minors that images are published of; 3.11 is Debian 12's, and so distroless'. */
const minors = [11, 13, 12, 14, 10] as const;
const distroless = 'gcr.io/distroless/python3-debian12:nonroot';

/** A Python program. */
export const python: ProjectKind = {
  name: 'python',
  summary: 'Python with pip, poetry, uv or pipenv: Django, FastAPI, Flask or a script',
  bases: [
    { purpose: 'python-build', reference: 'python:3.{}-slim-bookworm' },
    { purpose: 'python', reference: distroless },
  ],
  reads: (path) =>
    /^(?:pyproject\.toml|uv\.lock|poetry\.lock|Pipfile|Pipfile\.lock|setup\.py|\.python-version|requirements[^/]*\.txt|requirements\/[^/]+\.txt)$/.test(
      path,
    ) ||
    (depthOf(path) <= 2 &&
      /(?:^|\/)(?:main|app|server|run|wsgi|asgi|api|manage|__main__|__init__|application)\.py$/.test(path) &&
      !/(?:^|\/)tests?\//.test(path)),
  detect(project) {
    const file = firstOf(project, [
      'pyproject.toml',
      'requirements.txt',
      'Pipfile',
      'setup.py',
      'manage.py',
      'main.py',
      'app.py',
    ]);
    if (file === undefined) return undefined;
    // A pyproject.toml may hold settings of tools alone.
    const isProgram =
      file !== 'pyproject.toml' || /^\[(?:project|tool\.poetry|build-system)\b/m.test(textOf(project, file));
    return { file, strength: isProgram ? 3 : 1 };
  },
  plan(project, options) {
    const pyproject = has(project, 'pyproject.toml')
      ? readToml(textOf(project, 'pyproject.toml'), 'pyproject.toml')
      : {};
    const manager = pythonManager(project, pyproject);
    const names = packageNames(project, pyproject);
    const texts = project.files.filter((path) => path.endsWith('.py')).map((path) => textOf(project, path));
    const named = options.port === 'none' ? undefined : (options.port ?? portIn(texts));
    const start = pythonStart(project, { names, pyproject, port: named });
    const port = options.port === 'none' ? undefined : start.port;
    const { release, isMet } = pythonRelease(project, pyproject);
    const healthPath = healthPathIn(texts);
    return {
      name: imageName(
        textAt(pyproject, 'project', 'name') ?? textAt(pyproject, 'tool', 'poetry', 'name') ?? project.name,
      ),
      seen: [manager.file, manager.name, ...(start.seen === undefined ? [] : [start.seen])],
      build: {
        base: options.bases.for('python-build', `python:3.${release}-slim-bookworm`),
        // Without a cache mount what pip fetched would stay in the stage.
        steps: [workdir('/build'), ...(options.hasMounts ? [] : [env({ PIP_NO_CACHE_DIR: '1' })]), ...manager.install],
      },
      final: {
        base: options.bases.for('python', release === 11 ? distroless : `python:3.${release}-slim-bookworm`),
        steps: [
          env({
            PYTHONPATH: ['/app/lib', ...(hasFolder(project, 'src') ? ['/app/src'] : []), '/app'].join(':'),
            // No file is written beside the sources, and no line waits in a buffer.
            PYTHONDONTWRITEBYTECODE: '1',
            PYTHONUNBUFFERED: '1',
            // The user has no entry in /etc/passwd.
            HOME: '/tmp',
            ...(port === undefined ? {} : { PORT: String(port) }),
          }),
          workdir('/app'),
          copyBuilt(['/app/lib'], './lib'),
          copy(['.'], './'),
        ],
      },
      user: '65532:65532',
      entrypoint: start.command,
      ...(port === undefined ? {} : { port, health: ['python3', '-c', asking(port, healthPath)] }),
      ...(healthPath === undefined ? {} : { healthPath }),
      needsInit: !start.heedsSignals && !heedsSignals(texts),
      writable: [{ path: '/tmp', sizeMib: 64 }],
      memoryMib: 512,
      ignore: [
        '**/__pycache__',
        '**/*.pyc',
        '.venv',
        'venv',
        '.tox',
        '.pytest_cache',
        '.mypy_cache',
        '.ruff_cache',
        '**/*.egg-info',
        'dist',
        'build',
        'tests',
        'test',
        'db.sqlite3',
      ],
      notes: [
        ...manager.notes,
        ...start.notes,
        ...(isMet ? [] : [`no image is known for the Python that the project asks for: 3.${release} is taken`]),
        ...(start.seen === undefined && port !== undefined && listensOnLoopback(texts) ? [loopbackNote] : []),
      ],
      secrets: {},
    } satisfies ImagePlan;
  },
};

function pythonRelease(project: Project, pyproject: unknown): PickedRelease {
  const pinned = /^3\.(\d{1,3})/.exec(textOf(project, '.python-version').trim())?.[0];
  const wanted =
    textAt(pyproject, 'project', 'requires-python') ?? textAt(pyproject, 'tool', 'poetry', 'dependencies', 'python');
  return pickRelease(pinned ?? wanted, minors, 3);
}

/** Asks over HTTP: any answer but a server error will do, unless the program has a path for the question. */
function asking(port: number, healthPath: string | undefined): string {
  const worst = healthPath === undefined ? 500 : 400;
  return [
    'import http.client as h',
    `c=h.HTTPConnection('127.0.0.1',${port},timeout=4)`,
    `c.request('GET','${healthPath ?? '/'}')`,
    `raise SystemExit(c.getresponse().status>=${worst})`,
  ].join(';');
}
