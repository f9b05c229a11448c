import type { Place } from '../../api/contract.ts';
import { cutMiddle } from '../../parts/words.ts';

interface PlaceTextProps {
  readonly place: Place;
  /** In a row of a table. */
  readonly isBrief?: boolean;
  /** What stands beside it says which layer deleted it. */
  readonly isDeletionSaid?: boolean;
}

/** Where it lies and which layer brought it. */
export function PlaceText({ place, isBrief = false, isDeletionSaid = false }: PlaceTextProps) {
  const { path, innerPath, line, configuration, layer, deletedIn } = place;
  const inside = `${path ?? ''}${innerPath === undefined ? '' : `!/${innerPath}`}${line === undefined ? '' : `:${line}`}`;
  return (
    <span className="place">
      {inside !== '' && (
        <code className="place-path" title={inside}>
          {cutMiddle(inside, 64)}
        </code>
      )}
      {configuration !== undefined && <code>{configuration}</code>}
      {layer !== undefined && <span>{`layer ${layer + 1}`}</span>}
      {deletedIn !== undefined && !isDeletionSaid && (
        <span>
          {isBrief
            ? `deleted in ${deletedIn + 1}`
            : `deleted in layer ${deletedIn + 1}, but ${layer === undefined ? 'the image' : `layer ${layer + 1}`} still ships it`}
        </span>
      )}
    </span>
  );
}

export function placeWords({ path, innerPath, line, configuration, layer }: Place): string {
  const inside = `${path ?? configuration ?? ''}${innerPath === undefined ? '' : `!/${innerPath}`}${line === undefined ? '' : `:${line}`}`;
  return layer === undefined ? inside : `${inside} (layer ${layer + 1})`;
}
