import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, parseDigest, sha256Digest } from '../../model/index.ts';
import { ProgramFailed, runProgram, type World } from '../programs/run-program.ts';
import { buildFailed, repeated } from './build-failed.ts';
import type { BuildEngine, BuildRequest, BuiltImage, LocalImage } from './engine.ts';

const answerMs = 30_000;

/** buildah, which needs no daemon; BUILDAH_ISOLATION says how it runs what it builds. */
export const buildah: BuildEngine = {
  name: 'buildah',
  summary: 'buildah, without a daemon (BUILDAH_ISOLATION=chroot where it may not start containers)',
  takesSecrets: true,
  buildsEveryStage: false,
  runsFrontends: false,
  async find(world) {
    try {
      const said = await runProgram('buildah', ['--version'], { ...world, timeoutMs: answerMs });
      const version = /version (\S{1,60})/.exec(said)?.[1] ?? 'unknown';
      return { name: 'buildah', version, localImage, build };
    } catch (error) {
      if (!(error instanceof ProgramFailed)) throw error;
      return { missing: error.reason === 'ENOENT' ? 'there is no buildah command' : 'buildah does not run' };
    }
  },
};

async function localImage(reference: string, world: World): Promise<LocalImage | undefined> {
  let text: string;
  try {
    text = await runProgram('buildah', ['inspect', '--type', 'image', '--', reference], {
      ...world,
      timeoutMs: answerMs,
    });
  } catch (error) {
    if (error instanceof ProgramFailed && error.status !== undefined) return undefined;
    throw error;
  }
  const found = JSON.parse(text) as {
    readonly FromImageID?: string;
    readonly FromImageDigest?: string;
    readonly FromImage?: string;
    readonly OCIv1?: { readonly rootfs?: { readonly diff_ids?: readonly string[] } };
    readonly Docker?: { readonly config?: { readonly OnBuild?: readonly string[] | null } };
  };
  const hex = found.FromImageID ?? '';
  if (!/^[0-9a-f]{64}$/.test(hex)) return undefined;
  const repository = (found.FromImage ?? '').replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  // An image that was built or imported here has a digest too, which no registry ever heard of.
  const isKnown =
    parseDigest(found.FromImageDigest) !== undefined && repository !== '' && !repository.startsWith('localhost/');
  return {
    pin: hex,
    configDigest: sha256Digest(hex),
    registryDigests: isKnown ? [`${repository}@${found.FromImageDigest!}`] : [],
    diffIds: (found.OCIv1?.rootfs?.diff_ids ?? []).map(parseDigest).filter((digest) => digest !== undefined),
    onBuild: found.Docker?.config?.OnBuild ?? [],
  };
}

async function build(request: BuildRequest, world: World): Promise<BuiltImage> {
  const { context, dockerfile, work, target, platform, network, noCache } = request;
  // buildah says nothing of it, and steps would have the machine's own network.
  if (network === 'none' && world.env['BUILDAH_ISOLATION'] === 'chroot')
    throw new CodedError(
      'network-not-isolated',
      'buildah in chroot isolation can not keep build steps off the network',
      {
        kind: 'usage',
        hint: 'Unset BUILDAH_ISOLATION, or build with --engine buildkit or docker',
      },
    );
  const idFile = join(work, 'image-id');
  const layout = join(work, 'layout');
  let id: string | undefined;
  const drop = async (): Promise<void> => {
    const quiet = { ...world, signal: AbortSignal.timeout(answerMs) };
    if (id !== undefined) await runProgram('buildah', ['rmi', '--', id], quiet).catch(() => undefined);
  };
  try {
    await runProgram(
      'buildah',
      [
        'build',
        '--format=oci',
        // Every step a layer would make what is kept of earlier builds part of the result.
        '--layers=false',
        '--iidfile',
        idFile,
        '--file',
        dockerfile,
        ...(network === 'default' ? [] : [`--network=${network}`]),
        ...(request.plainHttp ? ['--tls-verify=false'] : []),
        ...(target === undefined ? [] : ['--target', target]),
        ...(platform === undefined ? [] : ['--platform', platform]),
        ...(noCache ? ['--no-cache'] : []),
        ...repeated('--build-arg', request.buildArgs),
        ...request.secrets.flatMap(({ id: name, file }) => ['--secret', `id=${name},src=${file}`]),
        '--',
        context,
      ],
      { ...world, onLine: request.onLine },
    );
    id = readFileSync(idFile, 'utf8').trim();
    await runProgram('buildah', ['push', '--format=oci', '--', id, `oci:${layout}:built`], world);
  } catch (error) {
    await drop();
    throw buildFailed('buildah', error);
  }
  return { image: `layout:${layout}`, drop };
}
