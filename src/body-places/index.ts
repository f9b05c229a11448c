import { CodedError } from '../model/index.ts';
import type { BodyPlace, PlaceKind, PlaceSettings } from './body-place.ts';
import { placeKinds } from './list.ts';

/**
 * Places outside of the database where the store's large things lie: S3-like storage, registries. Bytes go in and come out as they
 * were packed; what they say, and whether it is what was kept, is the store's to check.
 */
export type { BodyPlace, NewBody, PlannedBody, PlaceSettings } from './body-place.ts';

/** The one form of a place's address; undefined for the database itself. @throws CodedError `body-place-invalid` */
export function placeAddress(setting: string | undefined): string | undefined {
  if (setting === undefined || setting === '' || setting === 'database') return undefined;
  return kindOf(setting).normalize(setting);
}

/** Opens a place; nothing is asked of it yet. @throws CodedError `body-place-invalid` */
export function openPlace(address: string, settings: PlaceSettings): BodyPlace {
  return kindOf(address).open(address, settings);
}

function kindOf(address: string): PlaceKind {
  const scheme = address.split(':', 1)[0];
  const kind = placeKinds.find((each) => each.scheme === scheme);
  if (kind !== undefined) return kind;
  throw new CodedError('body-place-invalid', `bodies can't be kept in "${address}": no such kind of place is known`, {
    kind: 'usage',
    hint: `database, or such as ${placeKinds.map(({ example }) => example).join(' or ')}`,
  });
}
