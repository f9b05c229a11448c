import { CodedError } from '../../model/index.ts';
import type { World } from '../programs/run-program.ts';
import { buildah } from './buildah.ts';
import { buildkit } from './buildkit.ts';
import { buildx } from './buildx.ts';
import { docker } from './docker.ts';
import type { BuildEngine, ReadyEngine } from './engine.ts';

/** Every engine, those that can do more first: the first that answers is taken where none is named. */
export const buildEngines: readonly BuildEngine[] = [buildkit, buildx, buildah, docker];

/** What was asked for, and what answered. */
export interface ChosenEngine {
  readonly kind: BuildEngine;
  readonly ready: ReadyEngine;
}

/**
 * The engine of a name, or the first that is there.
 * @throws CodedError `unknown-engine`, `no-build-engine`.
 */
export async function findEngine(name: string | undefined, world: World): Promise<ChosenEngine> {
  const kinds = name === undefined ? buildEngines : buildEngines.filter((kind) => kind.name === name);
  if (kinds.length === 0)
    throw new CodedError('unknown-engine', `there is no build engine ${JSON.stringify(name)}`, {
      kind: 'usage',
      hint: `There are ${buildEngines.map((kind) => kind.name).join(', ')}`,
    });
  const missing: string[] = [];
  for (const kind of kinds) {
    const ready = await kind.find(world);
    if (!('missing' in ready)) return { kind, ready };
    missing.push(`${kind.name}: ${ready.missing}`);
  }
  throw new CodedError('no-build-engine', `there is nothing to build with here: ${missing.join('; ')}`, {
    hint: 'Install and start one of them; BUILDKIT_HOST and DOCKER_HOST say where they are',
  });
}
