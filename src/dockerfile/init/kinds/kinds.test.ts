import { describe, expect, test } from 'vitest';
import { initProject, type InitOptions, type InitResult } from '../init-project.ts';

function init(files: Readonly<Record<string, string>>, options: Partial<InitOptions> = {}): InitResult {
  const project = { name: 'harbour', files: Object.keys(files).sort(), texts: new Map(Object.entries(files)) };
  return initProject(project, { hasMounts: true, run: ['docker'], ...options });
}

function dockerfile(files: Readonly<Record<string, string>>, options: Partial<InitOptions> = {}): string {
  return init(files, options).files[0]!.text;
}

/** What every last stage ends with, between its files and its user. */
function labels(title: string, base: string): string {
  return `
ARG SOURCE
ARG REVISION
ARG VERSION
ARG AUTHORS
LABEL org.opencontainers.image.title="${title}" \\
    org.opencontainers.image.source="\${SOURCE}" \\
    org.opencontainers.image.revision="\${REVISION}" \\
    org.opencontainers.image.version="\${VERSION}" \\
    org.opencontainers.image.authors="\${AUTHORS}" \\
    org.opencontainers.image.base.name="${base}"
`;
}

describe('dotnet, which no registry here lets us build', () => {
  const tests =
    '<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><PackageReference Include="Microsoft.NET.Test.Sdk" /></ItemGroup></Project>';

  test('a web project among tests', () => {
    const text = dockerfile({
      'src/Api/Api.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework><AssemblyName>Harbour.Api</AssemblyName></PropertyGroup></Project>',
      'src/Api/packages.lock.json': '{}',
      'src/Api/Program.cs': 'app.MapHealthChecks("/healthz");',
      'test/Api.Specs/Api.Specs.csproj': tests,
    });
    expect(text).toBe(`# syntax=docker/dockerfile:1
# For dotnet: src/Api/Api.csproj, .NET 8.0, ASP.NET Core, packages.lock.json. Written by plimsoll dockerfile init; yours to change.

FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 \\
    DOTNET_NOLOGO=1
WORKDIR /src
COPY . ./
RUN --mount=type=cache,target=/root/.nuget/packages \\
    dotnet restore src/Api/Api.csproj --locked-mode && \\
    dotnet publish src/Api/Api.csproj --configuration Release --no-restore --output /out -p:UseAppHost=false

FROM mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled
ENV DOTNET_EnableDiagnostics=0 \\
    ASPNETCORE_HTTP_PORTS=8080
WORKDIR /app
COPY --from=build /out/ ./
${labels('harbour-api', 'mcr.microsoft.com/dotnet/aspnet:8.0-noble-chiseled')}
USER 1654:1654
EXPOSE 8080
# Nothing in the image can ask: who runs it asks from outside, as probes in Kubernetes do.
HEALTHCHECK NONE
ENTRYPOINT ["dotnet", "Harbour.Api.dll"]
`);
  });

  test('a console program listens nowhere and runs on the smaller runtime', () => {
    const text = dockerfile({
      'Job.csproj':
        '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net9.0</TargetFramework></PropertyGroup></Project>',
    });
    expect(text).toContain('FROM mcr.microsoft.com/dotnet/runtime:9.0-noble-chiseled\n');
    expect(text).not.toContain('EXPOSE');
  });

  test('two web projects are for the user to choose from', () => {
    const web = '<Project Sdk="Microsoft.NET.Sdk.Web"/>';
    expect(() => dockerfile({ 'a/A.csproj': web, 'b/B.csproj': web })).toThrow(
      'several .NET projects are programs: a/A.csproj, b/B.csproj',
    );
  });
});

test('php: extensions are compiled and their headers taken away again, Apache listens above 1024', () => {
  const result = init({
    'composer.json':
      '{"name":"harbour/notice","require":{"php":"~8.3.0","ext-intl":"*","ext-pdo_mysql":"*","ext-json":"*"}}',
    'composer.lock': '{}',
    'public/index.php': '',
  });
  expect(result.files[0]!.text).toBe(`# syntax=docker/dockerfile:1
# For php: composer.lock, serves /public. Written by plimsoll dockerfile init; yours to change.

FROM composer:2 AS build
WORKDIR /app
COPY composer.json composer.lock ./
RUN --mount=type=cache,target=/tmp/cache \\
    composer install --no-dev --no-interaction --no-progress --prefer-dist --no-scripts --ignore-platform-reqs --no-autoloader
COPY . ./
RUN composer dump-autoload --no-dev --no-interaction --no-scripts --optimize --ignore-platform-reqs

FROM php:8.3-apache-bookworm
# Debian's archive has one version of each, and signs it: a pin would fail with the next security fix.
# hadolint ignore=DL3008
RUN apt-get update && \\
    apt-get install --yes --no-install-recommends libicu72 libicu-dev && \\
    docker-php-ext-install intl pdo_mysql && \\
    apt-get purge --yes --auto-remove libicu-dev && \\
    rm -rf /var/lib/apt/lists/*
RUN sed -ri 's/^Listen 80$/Listen 8080/' /etc/apache2/ports.conf && \\
    sed -ri -e 's!:80>!:8080>!' -e 's!/var/www/html!/var/www/html/public!' /etc/apache2/sites-available/000-default.conf
ENV APACHE_RUN_DIR=/tmp/apache2 \\
    APACHE_LOCK_DIR=/tmp/apache2 \\
    APACHE_PID_FILE=/tmp/apache2/apache2.pid
WORKDIR /var/www/html
COPY --from=build /app ./
${labels('notice', 'php:8.3-apache-bookworm')}
USER 65532:65532
EXPOSE 8080
STOPSIGNAL SIGWINCH
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \\
  CMD ["php", "-r", "exit(@get_headers('http://127.0.0.1:8080/') ? 0 : 1);"]
ENTRYPOINT ["apache2-foreground"]
`);
});

test('Rails: libraries of gems in both stages, folders that it writes to in memory', () => {
  const { files, plan } = init({
    Gemfile: "ruby '~> 3.3.0'\ngem 'rails'\ngem 'pg'\ngem 'puma'\n",
    'Gemfile.lock': 'GEM\n  specs:\n    rails (8.0.0)\n    pg (1.5.9)\n    puma (6.5.0)\n',
    'config/application.rb': '',
    'config.ru': '',
    'config/routes.rb': 'get "up" => "rails/health#show"',
  });
  const text = files[0]!.text;
  expect(text).toContain('FROM ruby:3.3-slim-bookworm AS build\n');
  expect(text).toContain('--no-install-recommends build-essential git libyaml-dev libpq-dev && \\\n');
  expect(text).toContain('--no-install-recommends libpq5 && \\\n');
  expect(plan.entrypoint).toEqual(['bundle', 'exec', 'puma', '--bind', 'tcp://0.0.0.0:3000']);
  expect(plan.writable.map(({ path }) => path)).toEqual(['/tmp', '/app/tmp', '/app/log']);
  expect(plan.healthPath).toBe('/up');
});

test('Spring Boot: the archive by its name, the port of the settings, the actuator as health path', () => {
  const { files, plan } = init({
    'pom.xml': `<project><artifactId>ledger</artifactId><version>1.2.0</version><properties><java.version>21</java.version></properties>
      <dependencies><dependency><artifactId>spring-boot-starter-web</artifactId></dependency><dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency></dependencies>
      <build><finalName>\${project.artifactId}-app</finalName><plugins><plugin><artifactId>spring-boot-maven-plugin</artifactId></plugin></plugins></build></project>`,
    'src/main/resources/application.properties': 'server.port=8081',
  });
  expect(files[0]!.text).toContain('cp target/ledger-app.jar /out/app.jar\n');
  expect(files[0]!.text).toContain('FROM gcr.io/distroless/java21-debian12:nonroot\n');
  expect({ port: plan.port, healthPath: plan.healthPath }).toEqual({ port: 8081, healthPath: '/actuator/health' });
});

test('Gradle with its wrapper builds with that, in the module that has the program', () => {
  const text = dockerfile({
    'settings.gradle.kts': 'rootProject.name = "ferry"',
    gradlew: '',
    'gradle/wrapper/gradle-wrapper.properties': '',
    'app/build.gradle.kts':
      'plugins { id("org.springframework.boot") version "3.4.0" }\njava { toolchain { languageVersion = JavaLanguageVersion.of(17) } }',
  });
  expect(text).toContain('FROM eclipse-temurin:17-jdk AS build\n');
  expect(text).toContain('sh ./gradlew --no-daemon --console=plain :app:bootJar && \\\n');
});

test('Next with yarn 4: the token of .npmrc is seen by what installs, and by what builds it is not', () => {
  const { files, build, plan } = init({
    'package.json':
      '{"name":"web","packageManager":"yarn@4.12.0","engines":{"node":">=22 <24"},"scripts":{"build":"next build","start":"next start"},"dependencies":{"next":"16.0.0"}}',
    'yarn.lock': '__metadata:\n  version: 8\n',
    '.npmrc': '',
    'public/a.png': '',
  });
  const text = files[0]!.text;
  expect(text).toContain('FROM node:22-bookworm-slim AS build\n');
  expect(text).toContain('    --mount=type=secret,id=npmrc,target=/root/.npmrc \\\n    yarn install --immutable\n');
  expect(text).toContain('\nRUN yarn run build\n');
  expect(build).toContain('--secret id=npmrc,src=.npmrc');
  expect(files[1]!.text).toContain('\n.npmrc\n');
  expect(plan.entrypoint).toEqual(['node', 'node_modules/next/dist/bin/next', 'start']);
  expect(plan.writable.map(({ path }) => path)).toEqual(['/tmp', '/app/.next/cache']);
});

describe('python', () => {
  test('Django is served by gunicorn where the requirements have it', () => {
    const manage = "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'harbour.settings')";
    const { plan } = init({ 'requirements.txt': 'Django==5.2\ngunicorn==23.0.0\n', 'manage.py': manage });
    expect(plan.entrypoint).toEqual([
      'python3',
      '-m',
      'gunicorn',
      '--worker-tmp-dir',
      '/dev/shm',
      '--bind',
      '0.0.0.0:8000',
      'harbour.wsgi:application',
    ]);
    const { plan: bare } = init({ 'requirements.txt': 'Django==5.2\n', 'manage.py': manage });
    expect(bare.entrypoint).toEqual(['python3', 'manage.py', 'runserver', '--noreload', '0.0.0.0:8000']);
    expect(bare.notes).toContain('manage.py runserver is for development: add gunicorn to the requirements');
  });

  test('a release that distroless lacks runs on the image that it is built on', () => {
    const text = dockerfile({
      'pyproject.toml':
        '[project]\nname = "log"\nrequires-python = ">=3.12,<3.13"\n[project.scripts]\nlog = "harbour.log:main"\n',
    });
    expect(text.match(/^FROM .*$/gm)).toEqual([
      'FROM python:3.12-slim-bookworm AS build',
      'FROM python:3.12-slim-bookworm',
    ]);
    expect(text).toContain('ENTRYPOINT ["python3", "-c", "from harbour.log import main; raise SystemExit(main())"]\n');
  });
});

describe('go', () => {
  test('several programs are for the user to choose from; the one named as the module comes first', () => {
    const main = 'package main\n';
    expect(() => dockerfile({ 'go.mod': 'module x/y\n', 'cmd/a/main.go': main, 'cmd/b/main.go': main })).toThrow(
      'the Go module has several programs: ./cmd/a, ./cmd/b',
    );
    const text = dockerfile({ 'go.mod': 'module x/b/v2\n', 'cmd/a/main.go': main, 'cmd/b/main.go': main });
    expect(text).toContain('-o /out/b ./cmd/b\n');
  });

  test('cgo needs libc, vendored modules no download', () => {
    const text = dockerfile({
      'go.mod': 'module x/y\nrequire github.com/mattn/go-sqlite3 v1.14.0\n',
      'go.sum': '',
      'vendor/modules.txt': '',
      'main.go': 'package main\n',
    });
    expect(text).toContain('CGO_ENABLED=1 \\\n    GOFLAGS=-mod=vendor');
    expect(text).toContain('FROM gcr.io/distroless/cc-debian12:nonroot\n');
    expect(text).not.toContain('go mod download');
  });
});

test('rust: a workspace is built for its only program', () => {
  const { plan, files } = init({
    'Cargo.toml': '[workspace]\nmembers = ["server", "lib"]\n',
    'Cargo.lock': '',
    'server/Cargo.toml': '[package]\nname = "tide-server"\n[dependencies]\naxum = "0.8"\n',
    'server/src/main.rs': 'fn main() {}',
    'lib/Cargo.toml': '[package]\nname = "tide"\n',
    'rust-toolchain.toml': '[toolchain]\nchannel = "1.85"\n',
  });
  expect(files[0]!.text).toContain('FROM rust:1.85-slim-bookworm AS build\n');
  expect(files[0]!.text).toContain('cargo auditable build --release --locked --bin tide-server && \\\n');
  expect(plan.port).toBe(8080);
});

test('make: a program that is linked with more than libc is said', () => {
  const { plan } = init({ Makefile: 'all: bell\n\nbell: bell.o\n\tcc -o bell bell.o -lm -lpq\n', 'bell.c': '' });
  expect(plan.notes).toContain('the program is linked with libpq: both bases need it, or link it statically');
  expect(() => init({ Makefile: 'test:\n', 'bell.c': '' })).toThrow('Makefile does not say which program it makes');
});

test('static: a bundler’s folder is served, a site without one as it lies', () => {
  const vite = {
    'package.json': '{"scripts":{"build":"vite build"},"devDependencies":{"vite":"6"}}',
    'package-lock.json': '{}',
    'vite.config.ts': "export default { build: { outDir: './site' } };",
    'index.html': '',
  };
  expect(dockerfile(vite)).toContain('COPY --from=build /app/site/ /usr/share/nginx/html/\n');
  expect(dockerfile({ 'index.html': '' })).toContain('COPY . /usr/share/nginx/html/\n');
  expect(dockerfile({ 'public/index.html': '' })).toContain('COPY public/ /usr/share/nginx/html/\n');
});
