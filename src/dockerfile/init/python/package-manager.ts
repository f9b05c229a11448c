import { has, type Project, textOf } from '../project.ts';
import { cache, copy, run, type Step } from '../plan.ts';
import { listAt, objectAt } from '../read/json.ts';

/** How a Python project's packages are installed below /app/lib, with what its lock file says. */
export interface PythonManager {
  readonly name: 'pip' | 'poetry' | 'uv' | 'pipenv';
  readonly file: string;
  readonly install: readonly Step[];
  readonly notes: readonly string[];
}

/** Versions of the tools: the lock file decides the packages, these only read it. */
const poetry = 'poetry==2.5.1 poetry-plugin-export==1.10.1';
const uv = 'uv==0.13.9';
const pipenv = 'pipenv==2026.10.3';

const store = cache('/root/.cache/pip');
const target = 'pip install --target /app/lib';

/** The manager of a project: by its lock file, then by what pyproject.toml says. */
export function pythonManager(project: Project, pyproject: unknown): PythonManager {
  if (has(project, 'uv.lock'))
    return exported({
      name: 'uv',
      file: 'uv.lock',
      tool: uv,
      files: ['pyproject.toml', 'uv.lock'],
      command: 'uv export --frozen --no-dev --no-emit-project --output-file requirements.lock',
    });
  if (has(project, 'poetry.lock'))
    return exported({
      name: 'poetry',
      file: 'poetry.lock',
      tool: poetry,
      files: ['pyproject.toml', 'poetry.lock'],
      command: 'poetry export --only main --output requirements.lock',
    });
  if (has(project, 'Pipfile.lock'))
    return exported({
      name: 'pipenv',
      file: 'Pipfile.lock',
      tool: pipenv,
      files: ['Pipfile', 'Pipfile.lock'],
      command: 'pipenv requirements --hash > requirements.lock',
    });
  return fromRequirements(project, pyproject);
}

interface Exported {
  readonly name: PythonManager['name'];
  readonly file: string;
  readonly tool: string;
  readonly files: readonly string[];
  readonly command: string;
}

/** The lock file as requirements with hashes, which pip then checks. */
function exported({ name, file, tool, files, command }: Exported): PythonManager {
  return {
    name,
    file,
    install: [
      run(`pip install ${tool}`, store),
      copy(files, './'),
      run([command, 'mkdir -p /app/lib', `${target} --require-hashes --requirement requirements.lock`], store),
    ],
    notes: [],
  };
}

function fromRequirements(project: Project, pyproject: unknown): PythonManager {
  const file = [
    'requirements.txt',
    'requirements/production.txt',
    'requirements/prod.txt',
    'requirements/base.txt',
  ].find((path) => has(project, path));
  if (file !== undefined) {
    const text = textOf(project, file);
    const hashes = text.includes('--hash=') ? ' --require-hashes' : '';
    const loose = requirementLines(text).filter((line) => !/===?|@/.test(line) && !line.startsWith('-'));
    return {
      name: 'pip',
      file,
      install: [
        copy([file.includes('/') ? 'requirements' : file], file.includes('/') ? './requirements' : './'),
        run(['mkdir -p /app/lib', `${target}${hashes} --requirement ${file}`], store),
      ],
      notes:
        loose.length === 0
          ? hashes === '' && requirementLines(text).length > 0
            ? [`${file} has no hashes: pip-compile --generate-hashes or uv lock writes them`]
            : []
          : [
              `${file} fixes no version of ${loose.length === 1 ? 'a package' : `${loose.length} packages`}: every build may get others`,
            ],
    };
  }
  const dependencies = listAt(pyproject, 'project', 'dependencies').length > 0;
  return {
    name: 'pip',
    file: has(project, 'pyproject.toml') ? 'pyproject.toml' : 'no requirements',
    install: dependencies
      ? [copy(['.'], './'), run(['mkdir -p /app/lib', `${target} .`], store)]
      : [run('mkdir -p /app/lib')],
    notes: dependencies
      ? ['no lock file: uv lock or poetry lock makes one, or every build may get other packages']
      : [],
  };
}

function requirementLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** Names of the packages that a project needs, from its requirements, pyproject.toml and lock files, normalised (PEP 503). */
export function packageNames(project: Project, pyproject: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (text: unknown): void => {
    const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}/.exec(String(text))?.[0];
    if (name !== undefined) names.add(name.toLowerCase().replace(/[._-]+/g, '-'));
  };
  for (const [path, text] of project.texts) {
    if (/^requirements[^/]*(?:\/[^/]+)?\.txt$/.test(path)) requirementLines(text).forEach(add);
    else if (/(?:uv|poetry)\.lock$/.test(path))
      for (const [, name] of text.matchAll(/^name = "([^"\n]{1,100})"/gm)) add(name);
    else if (path === 'Pipfile.lock') for (const [, name] of text.matchAll(/^\s{8}"([^"\n]{1,100})": \{/gm)) add(name);
  }
  listAt(pyproject, 'project', 'dependencies').forEach(add);
  Object.keys(objectAt(pyproject, 'tool', 'poetry', 'dependencies')).forEach(add);
  return names;
}
