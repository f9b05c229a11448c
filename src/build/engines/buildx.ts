import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProgramFailed, runProgram, type World } from '../programs/run-program.ts';
import { buildFailed, repeated } from './build-failed.ts';
import type { BuildEngine, BuildRequest, BuiltImage } from './engine.ts';

const answerMs = 30_000;

/** BuildKit behind docker buildx, with the builder that is in use there (BUILDX_BUILDER names another). */
export const buildx: BuildEngine = {
  name: 'buildx',
  summary: 'BuildKit by docker buildx, with the builder that is in use there',
  takesSecrets: true,
  buildsEveryStage: false,
  runsFrontends: true,
  async find(world) {
    try {
      const said = await runProgram('docker', ['buildx', 'inspect', '--bootstrap'], { ...world, timeoutMs: answerMs });
      const driver = /^Driver:\s*(\S{1,60})/m.exec(said)?.[1] ?? '';
      const version = /^BuildKit(?: version)?:\s*(v?[\w.+-]{1,60})/m.exec(said)?.[1] ?? 'unknown';
      return {
        name: 'buildx',
        version,
        localImage: () => Promise.resolve(undefined),
        build: (request, now) => build(request, now, driver),
      };
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      return {
        missing:
          error.reason === 'ENOENT' ? 'there is no docker command' : 'docker buildx is not there or has no builder',
      };
    }
  },
};

async function build(request: BuildRequest, world: World, driver: string): Promise<BuiltImage> {
  const { context, dockerfile, work, target, platform, network, noCache } = request;
  // The engine's own BuildKit puts out no archives: what it makes stays in the engine.
  const isEngine = driver === 'docker';
  const file = join(work, 'image.tar');
  const idFile = join(work, 'image-id');
  try {
    await runProgram(
      'docker',
      [
        'buildx',
        'build',
        '--progress=plain',
        // Ours says more, and a second manifest beside the image would be in the way.
        '--provenance=false',
        '--sbom=false',
        '--file',
        dockerfile,
        '--network',
        network,
        ...(network === 'host' ? ['--allow', 'network.host'] : []),
        ...(target === undefined ? [] : ['--target', target]),
        ...(platform === undefined ? [] : ['--platform', platform]),
        ...(noCache ? ['--no-cache'] : []),
        ...repeated('--build-arg', request.buildArgs),
        ...request.secrets.flatMap(({ id, file: source }) => ['--secret', `id=${id},src=${source}`]),
        ...(isEngine ? ['--load', '--iidfile', idFile] : ['--output', `type=oci,dest=${file}`]),
        '--',
        context,
      ],
      { ...world, onLine: request.onLine },
    );
  } catch (error) {
    throw buildFailed('buildx', error);
  }
  if (!isEngine) return { image: `archive:${file}`, drop: () => Promise.resolve() };
  const id = readFileSync(idFile, 'utf8').trim();
  return {
    image: `docker:${id}`,
    async drop() {
      const quiet = { ...world, signal: AbortSignal.timeout(answerMs) };
      await runProgram('docker', ['image', 'rm', '--no-prune', id], quiet).catch(() => undefined);
    },
  };
}
