import type { PlaceKind } from './body-place.ts';
import { ociPlace } from './kinds/oci/index.ts';
import { s3Place } from './kinds/s3/index.ts';

/** Every kind of place. */
export const placeKinds: readonly PlaceKind[] = [s3Place, ociPlace];
