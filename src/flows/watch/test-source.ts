import { inventorySources, type SourceSettings } from '../../inventory/index.ts';
import { CodedError } from '../../model/index.ts';
import { sourceContext } from './watch-source.ts';
import type { WatchWorld } from './world.ts';

/** Throws where a source's settings can't be right. Asks nobody. @throws CodedError `bad-source-address` … */
export function checkSource(settings: SourceSettings): void {
  const source = inventorySources[settings.kind];
  for (const name of Object.keys(settings.secrets))
    if (!source.secrets.includes(name))
      throw new CodedError('bad-source-address', `a source of kind ${settings.kind} takes no secret called ${name}`, {
        kind: 'usage',
        hint: source.secrets.length === 0 ? 'it takes none' : `it takes ${source.secrets.join(', ')}`,
      });
  source.check(settings);
}

/** How long a source of a kind may say nothing, in seconds. */
export function silentAfterSeconds(kind: SourceSettings['kind']): number {
  return inventorySources[kind].periodSeconds;
}

/** Connects once and says in a line what answers. @throws CodedError that says what to mend. */
export async function testSource(
  settings: SourceSettings,
  world: Pick<WatchWorld, 'env' | 'image' | 'signal'>,
): Promise<string> {
  checkSource(settings);
  return inventorySources[settings.kind].test(settings, sourceContext(world, world.signal));
}
