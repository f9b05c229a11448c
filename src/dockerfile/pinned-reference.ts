import type { BaseFact } from './facts.ts';
import { parseImageName } from './image-name.ts';

/** The reference to write for the newest build of a base: its digest behind the name that stands there, or where it lies now. */
export function pinnedReference(written: string, { newestDigest, newestReference }: BaseFact): string | undefined {
  if (newestDigest === undefined) return undefined;
  const name = written.split('@', 1)[0]!;
  if (newestReference === undefined) return `${name}@${newestDigest}`;
  const [here, there] = [parseImageName(written), parseImageName(newestReference)];
  const isSamePlace = here?.registry === there?.registry && here?.repository === there?.repository;
  return isSamePlace ? `${name}@${newestDigest}` : newestReference;
}
