import type { Sighting, SourceSettings } from './source.ts';

/** Labels that say where something belongs. */
const environmentLabels = ['plimsoll.dev/environment', 'environment', 'env'];
const teamLabels = ['plimsoll.dev/team', 'team', 'owner'];

/**
 * The environment and team of a container: what the source's settings say, else the labels, the first that are given first. Who
 * starts a container in production can't say by a label that it is somewhere else.
 */
export function placementOf(
  settings: SourceSettings,
  ...labels: readonly Readonly<Record<string, string>>[]
): Pick<Sighting, 'environment' | 'team'> {
  const environment = settings.environment ?? first(labels, environmentLabels);
  const team = settings.team ?? first(labels, teamLabels);
  return { ...(environment === undefined ? {} : { environment }), ...(team === undefined ? {} : { team }) };
}

function first(labels: readonly Readonly<Record<string, string>>[], names: readonly string[]): string | undefined {
  for (const each of labels)
    for (const name of names) {
      const value = Object.hasOwn(each, name) ? each[name]!.trim() : '';
      if (value !== '') return value.slice(0, 256);
    }
  return undefined;
}
