import { timingSafeEqual } from 'node:crypto';
import { digestOf } from '../../server-store/index.ts';

export { digestOf, newSecret } from '../../server-store/index.ts';

/** Whether two texts are the same, in a time that says nothing of where they differ. */
export function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b));
}
