import { copyFileSync, existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parseDigest } from '../../model/index.ts';
import { ProgramFailed, runProgram, type World } from '../programs/run-program.ts';
import { buildFailed, repeated } from './build-failed.ts';
import type { BuildEngine, BuildRequest, BuiltImage, LocalImage } from './engine.ts';

const answerMs = 20_000;

/** Docker's engine with its classic builder, by the docker command. */
export const docker: BuildEngine = {
  name: 'docker',
  summary: "Docker's engine with its classic builder (no secrets, no here-documents)",
  takesSecrets: false,
  buildsEveryStage: true,
  runsFrontends: false,
  async find(world) {
    try {
      const said = await runDocker(['version', '--format', '{{.Server.Version}}'], world, { timeoutMs: answerMs });
      return {
        name: 'docker',
        version: said.trim(),
        localImage: (reference, now) => localImage(reference, now),
        build: (request, now) => build(request, now),
      };
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      return {
        missing: error.reason === 'ENOENT' ? 'there is no docker command' : 'the Docker engine does not answer',
      };
    }
  },
};

function runDocker(
  args: readonly string[],
  world: World,
  options: { readonly timeoutMs?: number; readonly onLine?: (line: string) => void } = {},
): Promise<string> {
  // With BuildKit the command would need buildx, which is an engine of its own here.
  return runProgram('docker', args, { ...world, env: { ...world.env, DOCKER_BUILDKIT: '0' }, ...options });
}

async function localImage(reference: string, world: World): Promise<LocalImage | undefined> {
  let text: string;
  try {
    text = await runDocker(['image', 'inspect', '--', reference], world, { timeoutMs: answerMs });
  } catch (error) {
    if (error instanceof ProgramFailed && error.status !== undefined) return undefined;
    throw error;
  }
  const [found] = JSON.parse(text) as {
    readonly Id: string;
    readonly RepoDigests?: readonly string[] | null;
    readonly RootFS?: { readonly Layers?: readonly string[] | null };
    readonly Config?: { readonly OnBuild?: readonly string[] | null } | null;
  }[];
  const configDigest = parseDigest(found?.Id);
  if (found === undefined || configDigest === undefined) return undefined;
  return {
    pin: configDigest,
    configDigest,
    registryDigests: found.RepoDigests ?? [],
    diffIds: (found.RootFS?.Layers ?? []).map(parseDigest).filter((digest) => digest !== undefined),
    onBuild: found.Config?.OnBuild ?? [],
  };
}

async function build(request: BuildRequest, world: World): Promise<BuiltImage> {
  const { context, work, target, platform, network, noCache } = request;
  const idFile = join(work, 'image-id');
  try {
    await runDocker(
      [
        'build',
        '--rm',
        '--force-rm',
        '--iidfile',
        idFile,
        '--file',
        placeDockerfile(request),
        '--network',
        network,
        ...(target === undefined ? [] : ['--target', target]),
        ...(platform === undefined ? [] : ['--platform', platform]),
        ...(noCache ? ['--no-cache'] : []),
        ...repeated('--build-arg', request.buildArgs),
        '--',
        context,
      ],
      world,
      { onLine: (line) => isOfInterest(line) && request.onLine(line) },
    );
  } catch (error) {
    throw buildFailed('docker', error);
  }
  const id = readFileSync(idFile, 'utf8').trim();
  return {
    image: `docker:${id}`,
    async drop() {
      // What it was built on stays for the next build; a name that someone gave it meanwhile does, too.
      const quiet = { ...world, signal: AbortSignal.timeout(answerMs) };
      await runDocker(['image', 'rm', '--no-prune', id], quiet).catch(() => undefined);
    },
  };
}

/**
 * The classic builder takes a Dockerfile from the context alone: one that lies elsewhere the command puts there under a name of
 * chance, which it writes into `.dockerignore`, and so into images that copy that. In a copy of the context ours takes the
 * place of the one that was written, or a name that stays the same.
 */
function placeDockerfile({ context, contextIsOurs, dockerfile, writtenDockerfile }: BuildRequest): string {
  if (!contextIsOurs) return dockerfile;
  const own = '.plimsoll.dockerfile';
  const place = join(context, writtenDockerfile ?? own);
  rmSync(place, { force: true });
  copyFileSync(dockerfile, place);
  if (writtenDockerfile === undefined) ignore(context, own);
  return place;
}

/** Adds a name to `.dockerignore`. One that is a link is not followed out of the context: the commit is not ours. */
function ignore(context: string, name: string): void {
  const file = join(context, '.dockerignore');
  const isHere = existsSync(file) && realpathSync(file).startsWith(`${realpathSync(context)}${sep}`);
  const text = isHere ? readFileSync(file, 'utf8') : '';
  rmSync(file, { force: true });
  writeFileSync(file, `${text}\n${name}\n`);
}

/** The command's own advice about its builders would be news to nobody here. */
function isOfInterest(line: string): boolean {
  return line.trim() !== '' && !/^(?:DEPRECATED:| {12})/.test(line);
}
