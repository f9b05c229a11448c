import type { Place } from '../../model/index.ts';
import { shellWord } from '../shell-word.ts';

/** `deleted in layer 8, but layer 7 still ships it`, where that is so. */
export function stillShips(place: Place): string | undefined {
  return place.deletedIn === undefined
    ? undefined
    : `deleted in layer ${place.deletedIn + 1}, but layer ${place.layer === undefined ? '?' : place.layer + 1} still ships it`;
}

/** How to get a credential out of an image, by where it stands. */
export function mendSecret(place: Place): string {
  const { configuration, path } = place;
  if (configuration?.startsWith('env:') === true)
    return `take ${configuration.slice(4)} out of ENV, give it when the container starts, revoke the credential`;
  if (configuration?.startsWith('history:') === true)
    return 'use RUN --mount=type=secret instead of ARG or a command line, rebuild, revoke the credential';
  if (configuration?.startsWith('label:') === true) return 'take it out of LABEL, rebuild, revoke the credential';
  if (place.owner === 'base') return 'revoke the credential, tell whoever owns the base, rebuild on a mended one';
  const ignore = path === undefined ? undefined : shellWord(path.slice(path.lastIndexOf('/') + 1));
  if (place.instruction !== undefined && /^\s*RUN\b/i.test(place.instruction))
    return 'use RUN --mount=type=secret so that no layer keeps it, rebuild, revoke the credential';
  return `add ${ignore ?? 'the file'} to .dockerignore, rebuild, revoke the credential`;
}
