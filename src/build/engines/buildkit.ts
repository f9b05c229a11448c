import { mkdirSync } from 'node:fs';
import { dirname, basename, join } from 'node:path';
import { ProgramFailed, runProgram, type World } from '../programs/run-program.ts';
import { buildFailed, repeated } from './build-failed.ts';
import type { BuildEngine, BuildRequest, BuiltImage } from './engine.ts';

const answerMs = 20_000;

/** BuildKit's daemon, by buildctl; BUILDKIT_HOST says where it is. */
export const buildkit: BuildEngine = {
  name: 'buildkit',
  summary: 'BuildKit by buildctl, where BUILDKIT_HOST or its usual socket leads',
  takesSecrets: true,
  buildsEveryStage: false,
  runsFrontends: true,
  async find(world) {
    try {
      const said = await runProgram('buildctl', ['debug', 'info'], { ...world, timeoutMs: answerMs });
      const version = /^BuildKit:\s*\S+\s+(v?[\w.+-]{1,60})/m.exec(said)?.[1] ?? 'unknown';
      return { name: 'buildkit', version, localImage: () => Promise.resolve(undefined), build };
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      return { missing: error.reason === 'ENOENT' ? 'there is no buildctl command' : 'buildkitd does not answer' };
    }
  },
};

async function build(request: BuildRequest, world: World): Promise<BuiltImage> {
  const { context, dockerfile, work, target, platform, network, noCache } = request;
  const file = join(work, 'image.tar');
  mkdirSync(work, { recursive: true });
  try {
    await runProgram(
      'buildctl',
      [
        'build',
        '--progress=plain',
        '--frontend=dockerfile.v0',
        '--local',
        `context=${context}`,
        '--local',
        `dockerfile=${dirname(dockerfile)}`,
        '--opt',
        `filename=${basename(dockerfile)}`,
        ...(target === undefined ? [] : ['--opt', `target=${target}`]),
        ...(platform === undefined ? [] : ['--opt', `platform=${platform}`]),
        ...(network === 'default' ? [] : ['--opt', `force-network-mode=${network}`]),
        ...(network === 'host' ? ['--allow', 'network.host'] : []),
        ...(noCache ? ['--no-cache'] : []),
        ...buildArgs(request.buildArgs),
        ...request.secrets.flatMap(({ id, file: source }) => ['--secret', `id=${id},src=${source}`]),
        '--output',
        `type=oci,dest=${file}`,
      ],
      { ...world, onLine: request.onLine },
    );
  } catch (error) {
    throw buildFailed('buildkit', error);
  }
  return { image: `archive:${file}`, drop: () => Promise.resolve() };
}

function buildArgs(values: BuildRequest['buildArgs']): string[] {
  const named = Object.entries(values).map(([name, value]) => [`build-arg:${name}`, value]);
  return repeated('--opt', Object.fromEntries(named) as Record<string, string>);
}
