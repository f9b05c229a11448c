import { isPlainWord } from '../words.ts';
import type { ProjectKind } from '../kind.ts';
import {
  cache,
  copy,
  copyBuilt,
  env,
  type ImagePlan,
  run,
  type Stage,
  type Step,
  unpinnedPackages,
  workdir,
} from '../plan.ts';
import { has, textOf } from '../project.ts';
import { type JsonObject, objectAt, readJson, textAt } from '../read/json.ts';
import { pickRelease } from '../releases.ts';
import { imageName } from '../words.ts';

/** Minors of PHP 8 that images are published of, newest first. */
const minors = [4, 3, 2] as const;
/** Extensions that the image's own script compiles: Debian packages that this needs, and those that running does. */
const extensions: Readonly<Record<string, { readonly toBuild: readonly string[]; readonly toRun: readonly string[] }>> =
  {
    ...Object.fromEntries(
      ['bcmath', 'exif', 'mysqli', 'opcache', 'pcntl', 'pdo_mysql', 'sockets'].map((name) => [
        name,
        { toBuild: [], toRun: [] },
      ]),
    ),
    gd: { toBuild: ['libpng-dev', 'libjpeg62-turbo-dev'], toRun: ['libpng16-16', 'libjpeg62-turbo'] },
    gmp: { toBuild: ['libgmp-dev'], toRun: ['libgmp10'] },
    intl: { toBuild: ['libicu-dev'], toRun: ['libicu72'] },
    pdo_pgsql: { toBuild: ['libpq-dev'], toRun: ['libpq5'] },
    pgsql: { toBuild: ['libpq-dev'], toRun: ['libpq5'] },
    soap: { toBuild: ['libxml2-dev'], toRun: ['libxml2'] },
    zip: { toBuild: ['libzip-dev'], toRun: ['libzip4'] },
  };

/** A PHP site behind Apache. */
export const php: ProjectKind = {
  name: 'php',
  summary: 'PHP with Composer, behind Apache: Laravel, Symfony or files',
  bases: [
    { purpose: 'composer-build', reference: 'composer:2' },
    { purpose: 'php', reference: 'php:8.{}-apache-bookworm' },
  ],
  reads: (path) => path === 'composer.json' || path === 'composer.lock',
  detect(project) {
    if (has(project, 'composer.json')) return { file: 'composer.json', strength: 3 };
    const file = ['public/index.php', 'index.php'].find((path) => has(project, path));
    return file === undefined ? undefined : { file, strength: 2 };
  },
  plan(project, options) {
    const manifest = has(project, 'composer.json') ? readJson(textOf(project, 'composer.json'), 'composer.json') : {};
    const isLocked = has(project, 'composer.lock');
    const { release, isMet } = pickRelease(textAt(manifest, 'require', 'php'), minors, 8);
    const root = has(project, 'public/index.php') ? '/var/www/html/public' : '/var/www/html';
    const port = typeof options.port === 'number' ? options.port : 8080;
    const isLaravel = has(project, 'artisan');
    const isSymfony = has(project, 'bin/console');
    const hasPackages = Object.keys(manifest).length > 0;
    const build: Stage | undefined = hasPackages
      ? { base: options.bases.for('composer-build', 'composer:2'), steps: buildSteps(isLocked) }
      : undefined;
    const kept = isLaravel
      ? ['/var/www/html/storage', '/var/www/html/bootstrap/cache']
      : isSymfony
        ? ['/var/www/html/var']
        : [];
    return {
      name: imageName(textAt(manifest, 'name')?.split('/').at(-1) ?? project.name),
      seen: [
        isLocked ? 'composer.lock' : hasPackages ? 'composer.json' : 'index.php',
        `serves ${root.slice('/var/www/html'.length) || '/'}`,
        ...(isLaravel ? ['Laravel'] : isSymfony ? ['Symfony'] : []),
      ],
      ...(build === undefined ? {} : { build }),
      final: {
        base: options.bases.for('php', `php:8.${release}-apache-bookworm`),
        steps: [
          ...extensionSteps(manifest),
          run([
            `sed -ri 's/^Listen 80$/Listen ${port}/' /etc/apache2/ports.conf`,
            `sed -ri -e 's!:80>!:${port}>!' -e 's!/var/www/html!${root}!' /etc/apache2/sites-available/000-default.conf`,
          ]),
          // What Apache writes while it runs lies in /tmp.
          env({
            APACHE_RUN_DIR: '/tmp/apache2',
            APACHE_LOCK_DIR: '/tmp/apache2',
            APACHE_PID_FILE: '/tmp/apache2/apache2.pid',
            ...(isSymfony ? { APP_ENV: 'prod' } : {}),
          }),
          workdir('/var/www/html'),
          build === undefined ? copy(['.'], './') : copyBuilt(['/app'], './'),
        ],
      },
      user: '65532:65532',
      entrypoint: ['apache2-foreground'],
      port,
      health: ['php', '-r', `exit(@get_headers('http://127.0.0.1:${port}/') ? 0 : 1);`],
      // Lets Apache finish what it is answering.
      stopSignal: 'SIGWINCH',
      needsInit: false,
      writable: [{ path: '/tmp', sizeMib: 64 }, ...kept.map((path) => ({ path, sizeMib: 128 }))],
      memoryMib: 512,
      ignore: [
        'vendor',
        'node_modules',
        'tests',
        '.phpunit.result.cache',
        ...(isLaravel ? ['storage/logs/*', 'storage/framework/cache/data/*'] : []),
        ...(isSymfony ? ['var'] : []),
      ],
      notes: [
        ...(hasPackages && !isLocked ? ['no composer.lock: commit it, or every build may get other packages'] : []),
        ...(isMet ? [] : [`no image is known for the PHP that composer.json asks for: 8.${release} is taken`]),
        ...(isLaravel
          ? [
              'Laravel needs APP_KEY when it runs, and storage/framework in its writable folder: create it when the container starts or keep sessions, caches and views elsewhere',
            ]
          : []),
      ],
      secrets: {},
    } satisfies ImagePlan;
  },
};

function buildSteps(isLocked: boolean): Step[] {
  // Extensions are the last stage's: here nothing runs, so their lack is no hindrance.
  const install =
    'composer install --no-dev --no-interaction --no-progress --prefer-dist --no-scripts --ignore-platform-reqs';
  return [
    workdir('/app'),
    copy(['composer.json', ...(isLocked ? ['composer.lock'] : [])], './'),
    run(`${install} --no-autoloader`, cache('/tmp/cache')),
    copy(['.'], './'),
    run('composer dump-autoload --no-dev --no-interaction --no-scripts --optimize --ignore-platform-reqs'),
  ];
}

/** Extensions that composer.json names and the image lacks. */
function extensionSteps(manifest: JsonObject): Step[] {
  const wanted = Object.keys(objectAt(manifest, 'require'))
    .map((name) => (name.startsWith('ext-') ? name.slice('ext-'.length) : ''))
    .filter((name) => Object.hasOwn(extensions, name) && isPlainWord(name))
    .sort();
  if (wanted.length === 0) return [];
  const toBuild = [...new Set(wanted.flatMap((name) => extensions[name]!.toBuild))];
  const toRun = [...new Set(wanted.flatMap((name) => extensions[name]!.toRun))];
  const compile = `docker-php-ext-install ${wanted.join(' ')}`;
  if (toBuild.length === 0) return [run(compile)];
  return [
    ...unpinnedPackages,
    run([
      'apt-get update',
      `apt-get install --yes --no-install-recommends ${[...toRun, ...toBuild].join(' ')}`,
      compile,
      `apt-get purge --yes --auto-remove ${toBuild.join(' ')}`,
      'rm -rf /var/lib/apt/lists/*',
    ]),
  ];
}
