import { CodedError } from '../../../model/index.ts';
import type { ProjectKind } from '../kind.ts';
import {
  aptInstall,
  cache,
  comment,
  copy,
  copyBuilt,
  env,
  type ImagePlan,
  run,
  type Step,
  type Writable,
  workdir,
} from '../plan.ts';
import { depthOf, firstOf, has, hasFolder, type Project, textOf } from '../project.ts';
import { type PickedRelease, pickRelease } from '../releases.ts';
import { healthPathIn, heedsSignals, portIn } from '../sources.ts';
import { imageName } from '../words.ts';

/** Minors of Ruby 3 that images are published of, newest first. */
const minors = [4, 3, 2] as const;
/** Gems that are C against a library: what building needs, and what running does. */
const libraries: readonly (readonly [gem: string, toBuild: string, toRun: string])[] = [
  ['pg', 'libpq-dev', 'libpq5'],
  ['mysql2', 'default-libmysqlclient-dev', 'libmariadb3'],
  ['sqlite3', 'libsqlite3-dev', 'libsqlite3-0'],
  ['psych', 'libyaml-dev', 'libyaml-0-2'],
  ['ruby-vips', 'libvips-dev', 'libvips42'],
];

/** A Ruby program with Bundler: Rails, Rack or a script. */
export const ruby: ProjectKind = {
  name: 'ruby',
  summary: 'Ruby with Bundler: Rails, Rack or a script',
  bases: [
    { purpose: 'ruby-build', reference: 'ruby:3.{}-slim-bookworm' },
    { purpose: 'ruby', reference: 'ruby:3.{}-slim-bookworm' },
  ],
  reads: (path) =>
    [
      'Gemfile',
      'Gemfile.lock',
      '.ruby-version',
      'config.ru',
      'config/puma.rb',
      'config/application.rb',
      'config/routes.rb',
    ].includes(path) ||
    (depthOf(path) <= 1 && /(?:^|\/)(?:app|main|server|web)\.rb$/.test(path)),
  detect: (project) => (has(project, 'Gemfile') ? { file: 'Gemfile', strength: 3 } : undefined),
  plan(project, options) {
    const lock = textOf(project, 'Gemfile.lock');
    const gems = new Set(
      [...`${lock}\n${textOf(project, 'Gemfile')}`.matchAll(/^(?: {4}|\s{0,10}gem ["'])([\w-]{1,100})/gm)].map(
        ([, name]) => name!,
      ),
    );
    const isRails = gems.has('rails') && has(project, 'config/application.rb');
    const { release, isMet } = rubyRelease(project);
    const texts = [...project.texts].filter(([path]) => /\.(?:rb|ru)$/.test(path)).map(([, text]) => text);
    const start = startOf(project, { gems, isRails });
    const port = options.port === 'none' ? undefined : (options.port ?? portIn(texts) ?? start.usualPort);
    const healthPath =
      isRails && /rails\/health#show/.test(textOf(project, 'config/routes.rb')) ? '/up' : healthPathIn(texts);
    const needed = libraries.filter(([gem]) => gems.has(gem));
    const base = `ruby:3.${release}-slim-bookworm`;
    return {
      name: imageName(project.name),
      seen: [
        lock === '' ? 'Gemfile' : 'Gemfile.lock',
        'Bundler',
        ...(isRails ? ['Rails'] : gems.has('sinatra') ? ['Sinatra'] : []),
      ],
      build: {
        base: options.bases.for('ruby-build', base),
        steps: buildSteps(project, { isRails, packages: needed.map(([, toBuild]) => toBuild) }),
      },
      final: {
        base: options.bases.for('ruby', base),
        steps: [
          ...(needed.length === 0 ? [] : aptInstall(needed.map(([, , toRun]) => toRun))),
          env({
            ...bundle,
            HOME: '/tmp',
            ...(isRails
              ? { RAILS_ENV: 'production', RAILS_LOG_TO_STDOUT: '1' }
              : { RACK_ENV: 'production', APP_ENV: 'production' }),
            ...(port === undefined ? {} : { PORT: String(port) }),
          }),
          workdir('/app'),
          copyBuilt(['/app'], './'),
        ],
      },
      user: '65532:65532',
      entrypoint: start.command(port),
      ...(port === undefined ? {} : { port, health: ['ruby', '-rnet/http', '-e', asking(port, healthPath)] }),
      ...(healthPath === undefined ? {} : { healthPath }),
      needsInit: !start.isServer && !heedsSignals(texts),
      writable: writable(isRails),
      memoryMib: 512,
      ignore: [
        'vendor/bundle',
        'log',
        'tmp',
        'coverage',
        'spec',
        'test',
        '.bundle',
        ...(isRails ? ['config/master.key', 'config/credentials/*.key', 'storage', 'node_modules'] : []),
      ],
      notes: [
        ...(lock === '' ? ['no Gemfile.lock: commit it (bundle lock), or every build may get other gems'] : []),
        ...(isMet ? [] : [`no image is known for the Ruby that the project asks for: 3.${release} is taken`]),
        ...(isRails ? ['Rails needs SECRET_KEY_BASE or RAILS_MASTER_KEY when it runs: hand it over as a secret'] : []),
      ],
      secrets: {},
    } satisfies ImagePlan;
  },
};

const bundle = { BUNDLE_PATH: '/app/vendor/bundle', BUNDLE_WITHOUT: 'development:test', BUNDLE_FROZEN: '1' };

function buildSteps(
  project: Project,
  { isRails, packages }: { readonly isRails: boolean; readonly packages: readonly string[] },
): Step[] {
  const lock = has(project, 'Gemfile.lock') ? ['Gemfile.lock'] : [];
  return [
    ...aptInstall(['build-essential', 'git', 'libyaml-dev', ...packages.filter((name) => name !== 'libyaml-dev')]),
    env({
      ...bundle,
      // What was fetched is kept where the cache mount is.
      BUNDLE_GLOBAL_GEM_CACHE: 'true',
      ...(lock.length === 0 ? { BUNDLE_FROZEN: '0' } : {}),
      ...(isRails ? { RAILS_ENV: 'production' } : {}),
    }),
    workdir('/app'),
    copy(['Gemfile', ...lock, ...(has(project, '.ruby-version') ? ['.ruby-version'] : [])], './'),
    // Gems that the project brings along.
    ...(hasFolder(project, 'vendor/cache') ? [copy(['vendor/cache'], './vendor/cache')] : []),
    run(['bundle install', 'rm -rf vendor/bundle/ruby/*/cache'], cache('/root/.bundle/cache')),
    copy(['.'], './'),
    ...(isRails && has(project, 'app/assets/config/manifest.js')
      ? [
          comment('Compiling assets needs a key, any key.'),
          run('SECRET_KEY_BASE_DUMMY=1 bundle exec rails assets:precompile'),
        ]
      : []),
  ];
}

interface Start {
  readonly command: (port: number | undefined) => readonly string[];
  readonly usualPort?: number;
  /** Whether it is a server that heeds signals. */
  readonly isServer: boolean;
}

function startOf(
  project: Project,
  { gems, isRails }: { readonly gems: ReadonlySet<string>; readonly isRails: boolean },
): Start {
  const exec = (...words: readonly string[]): readonly string[] => ['bundle', 'exec', ...words];
  if (gems.has('puma') && (isRails || has(project, 'config.ru')))
    return {
      command: (port) => exec('puma', '--bind', `tcp://0.0.0.0:${port ?? 8080}`),
      usualPort: isRails ? 3000 : 9292,
      isServer: true,
    };
  if (isRails)
    return {
      command: (port) => exec('rails', 'server', '--binding', '0.0.0.0', '--port', String(port ?? 3000)),
      usualPort: 3000,
      isServer: true,
    };
  if (has(project, 'config.ru'))
    return {
      command: (port) => exec('rackup', '--host', '0.0.0.0', '--port', String(port ?? 9292)),
      usualPort: 9292,
      isServer: true,
    };
  const file = firstOf(project, ['app.rb', 'main.rb', 'server.rb', 'web.rb', 'bin/app.rb', 'lib/main.rb']);
  if (file !== undefined)
    return { command: () => exec('ruby', file), ...(gems.has('sinatra') ? { usualPort: 4567 } : {}), isServer: false };
  throw new CodedError('entry-unknown', 'the Ruby project has neither config.ru nor app.rb, main.rb or server.rb', {
    hint: 'add a config.ru, or name the program app.rb',
  });
}

/** Rails keeps sockets, caches and uploads below its own root. */
function writable(isRails: boolean): readonly Writable[] {
  const tmp = { path: '/tmp', sizeMib: 64 };
  return isRails ? [tmp, { path: '/app/tmp', sizeMib: 128 }, { path: '/app/log', sizeMib: 32 }] : [tmp];
}

function rubyRelease(project: Project): PickedRelease {
  const pinned = /^(?:ruby-)?(3\.\d{1,2})/.exec(textOf(project, '.ruby-version').trim())?.[1];
  return pickRelease(pinned ?? /^ruby ["']([^"'\n]{1,40})["']/m.exec(textOf(project, 'Gemfile'))?.[1], minors, 3);
}

function asking(port: number, healthPath: string | undefined): string {
  return `exit(Net::HTTP.get_response('127.0.0.1', '${healthPath ?? '/'}', ${port}).code.to_i < ${healthPath === undefined ? 500 : 400})`;
}
