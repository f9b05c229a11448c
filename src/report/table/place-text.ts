import type { ImageRecord, Place } from '../../model/index.ts';

/** Package managers' own databases, which say nothing about where a package lies. */
const databases = /^\/(?:var\/lib\/(?:dpkg|rpm)|lib\/apk|usr\/lib\/(?:apk|sysimage\/rpm)|var\/lib\/apk)\//;

/** What a reader of an image needs to know to word places: whether base and application can be told apart. */
export type PlaceContext = Pick<ImageRecord, 'base' | 'layers' | 'image'>;

/** Whose something is and where it lies: `base, layer 2`, `app, /srv/cart/.env`. Layers count from 1, as people do. */
export function placeText(place: Place | undefined, context: PlaceContext): string {
  if (place === undefined) return '';
  return [
    ownerText(place, context),
    databases.test(place.path ?? '') || pathText(place) === '' ? layerText(place, context) : pathText(place),
  ]
    .filter((part) => part !== '')
    .join(', ');
}

/** `base` or `app`; empty where nobody has said what the base is, since then all would be `app`. */
export function ownerText(place: Place, { base }: PlaceContext): string {
  return base === undefined ? '' : place.owner;
}

/** `layer 7`; empty for what no layer brought, and for what has none. */
export function layerText({ layer }: Place, { image }: PlaceContext): string {
  return layer === undefined || image.kind !== 'image' ? '' : `layer ${layer + 1}`;
}

/** The path with what is inside an archive and the line, or the part of the configuration. */
export function pathText({ path, innerPath, line, configuration }: Place): string {
  if (path === undefined) return configuration ?? '';
  return `${path}${innerPath === undefined ? '' : `!/${innerPath}`}${line === undefined ? '' : `:${line}`}`;
}

/** What a deleted thing leaves behind, or undefined where it was not deleted. */
export function leftBehindText({ layer, deletedIn }: Place): string | undefined {
  if (deletedIn === undefined) return undefined;
  return layer === undefined
    ? `deleted in layer ${deletedIn + 1}, but the image still ships it`
    : `deleted in layer ${deletedIn + 1}, but layer ${layer + 1} still ships it`;
}
