import { type ImageReference, parseReference, type Subject } from '../../image/index.ts';
import { CodedError, type ImageRecord, parseDigest } from '../../model/index.ts';

/** Where a scanned image lies, and what vouches for it there would be about. */
export interface RecordedSubject {
  readonly reference: ImageReference;
  readonly subject: Subject;
}

/**
 * The subject of a scanned image in the registry that it came from; undefined where it came from none.
 * @param references names under which the image is known, as the scan gives them.
 */
export function subjectOfRecord({ image }: ImageRecord, references: readonly string[]): RecordedSubject | undefined {
  const { manifestDigest } = image;
  const known = references.map(readReference).filter((reference) => reference?.digest !== undefined);
  const own = known.find((reference) => reference!.digest === manifestDigest);
  if (manifestDigest === undefined || own === undefined) return undefined;
  const beside = known.find(
    (other) =>
      other!.registry === own.registry && other!.repository === own.repository && other!.digest !== manifestDigest,
  );
  const index = parseDigest(beside?.digest);
  return {
    reference: own,
    subject: {
      digest: manifestDigest,
      mediaType: '',
      sizeBytes: 0,
      ...(index === undefined ? {} : { index }),
      listed: [],
      attestations: image.attestations,
    },
  };
}

/** The image may be a path: that is no reference. */
function readReference(text: string): ImageReference | undefined {
  try {
    return parseReference(text.replace(/^(?:registry|docker):/, ''));
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}
