import { CodedError } from '../../../model/index.ts';
import type { ProjectKind } from '../kind.ts';
import { cache, copy, copyBuilt, env, type ImagePlan, run, workdir } from '../plan.ts';
import { baseName, depthOf, type Project, textOf } from '../project.ts';
import { type Element, elementsNamed, readXml } from '../read/xml.ts';
import { healthPathIn } from '../sources.ts';
import { imageName, plainWord } from '../words.ts';

/** Where nothing is said: the release with long-term support. */
const usualRelease = '10.0';
const projectFile = /\.(?:cs|fs|vb)proj$/;

/** A .NET program. */
export const dotnet: ProjectKind = {
  name: 'dotnet',
  summary: '.NET: ASP.NET Core, a worker or a console program',
  bases: [
    { purpose: 'dotnet-build', reference: 'mcr.microsoft.com/dotnet/sdk:{}' },
    { purpose: 'aspnet', reference: 'mcr.microsoft.com/dotnet/aspnet:{}-noble-chiseled' },
    { purpose: 'dotnet', reference: 'mcr.microsoft.com/dotnet/runtime:{}-noble-chiseled' },
  ],
  reads: (path) =>
    depthOf(path) <= 3 &&
    (projectFile.test(path) ||
      /(?:^|\/)(?:Program|Startup)\.(?:cs|fs|vb)$/.test(path) ||
      path === 'Directory.Build.props' ||
      path === 'global.json'),
  detect(project) {
    const file = project.files.find((path) => depthOf(path) <= 3 && projectFile.test(path));
    return file === undefined ? undefined : { file, strength: 3 };
  },
  plan(project, options) {
    const { file, root } = programOf(project);
    const isWeb = /Microsoft\.NET\.Sdk\.Web/.test(root.attributes['Sdk'] ?? '');
    const assembly = elementsNamed(root, 'AssemblyName')[0]?.text ?? baseName(file).replace(projectFile, '');
    const name = plainWord(assembly, 'the assembly');
    const release = releaseOf(root) ?? releaseIn(textOf(project, 'Directory.Build.props')) ?? usualRelease;
    const texts = project.files.filter((path) => /\.(?:cs|fs|vb)$/.test(path)).map((path) => textOf(project, path));
    const port = options.port === 'none' ? undefined : (options.port ?? (isWeb ? 8080 : undefined));
    const healthPath = /MapHealthChecks\(\s{0,5}"(\/[\w/-]{1,100})"/.exec(texts.join('\n'))?.[1] ?? healthPathIn(texts);
    const isLocked = project.files.some((path) => baseName(path) === 'packages.lock.json');
    const packages = cache('/root/.nuget/packages');
    const path = plainWord(file, 'the project file');
    return {
      name: imageName(name),
      seen: [file, `.NET ${release}`, ...(isWeb ? ['ASP.NET Core'] : []), ...(isLocked ? ['packages.lock.json'] : [])],
      build: {
        base: options.bases.for('dotnet-build', `mcr.microsoft.com/dotnet/sdk:${release}`),
        steps: [
          env({ DOTNET_CLI_TELEMETRY_OPTOUT: '1', DOTNET_NOLOGO: '1' }),
          workdir('/src'),
          copy(['.'], './'),
          run(
            [
              `dotnet restore ${path}${isLocked ? ' --locked-mode' : ''}`,
              `dotnet publish ${path} --configuration Release --no-restore --output /out -p:UseAppHost=false`,
            ],
            packages,
          ),
        ],
      },
      final: {
        base: isWeb
          ? options.bases.for('aspnet', `mcr.microsoft.com/dotnet/aspnet:${release}-noble-chiseled`)
          : options.bases.for('dotnet', `mcr.microsoft.com/dotnet/runtime:${release}-noble-chiseled`),
        steps: [
          env({
            // Its sockets and pipes for debuggers would be files in /tmp that anyone in the container reaches.
            DOTNET_EnableDiagnostics: '0',
            ...(port === undefined ? {} : { ASPNETCORE_HTTP_PORTS: String(port) }),
          }),
          workdir('/app'),
          copyBuilt(['/out/'], './'),
        ],
      },
      // The user that the images call app.
      user: '1654:1654',
      entrypoint: ['dotnet', `${name}.dll`],
      ...(port === undefined ? {} : { port }),
      ...(healthPath === undefined ? {} : { healthPath }),
      needsInit: false,
      writable: [{ path: '/tmp', sizeMib: 64 }],
      memoryMib: 512,
      ignore: ['**/bin', '**/obj', '.vs', '**/appsettings.Development.json', '**/*.user'],
      notes: isLocked
        ? []
        : ['no packages.lock.json: set RestorePackagesWithLockFile, or every build may get other packages'],
      secrets: {},
    } satisfies ImagePlan;
  },
};

/** The project to publish: a web one first, else the only program that is no test. Throws `entry-unknown`. */
function programOf(project: Project): { readonly file: string; readonly root: Element } {
  const all = project.files
    .filter((path) => depthOf(path) <= 3 && projectFile.test(path))
    .map((file) => ({ file, root: readXml(textOf(project, file), file) }))
    .filter(
      ({ file, root }) =>
        !/tests?\b/i.test(baseName(file).replace(projectFile, '')) &&
        !elementsNamed(root, 'PackageReference').some(
          ({ attributes }) => attributes['Include'] === 'Microsoft.NET.Test.Sdk',
        ),
    );
  const web = all.filter(({ root }) => /\.Sdk\.Web/.test(root.attributes['Sdk'] ?? ''));
  const programs = all.filter(
    ({ root }) =>
      /Sdk\.Worker/.test(root.attributes['Sdk'] ?? '') ||
      /exe$/i.test(elementsNamed(root, 'OutputType')[0]?.text ?? ''),
  );
  const found = web.length > 0 ? web : programs;
  if (found.length === 1) return found[0]!;
  throw new CodedError(
    'entry-unknown',
    found.length === 0
      ? 'no .NET project here is a program'
      : `several .NET projects are programs: ${found
          .slice(0, 5)
          .map(({ file }) => file)
          .join(', ')}`,
    { hint: 'run it in the folder of the one to ship' },
  );
}

function releaseOf(root: Element): string | undefined {
  const named = [...elementsNamed(root, 'TargetFramework'), ...elementsNamed(root, 'TargetFrameworks')].map(
    ({ text }) => text,
  );
  return named.map((text) => /net(\d{1,2}\.0)/.exec(text)?.[1]).find((release) => release !== undefined);
}

function releaseIn(props: string): string | undefined {
  return /<TargetFramework>net(\d{1,2}\.0)/.exec(props)?.[1];
}
