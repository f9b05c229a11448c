import { badCursor } from '../../server-store/index.ts';

/** The place in a list that a cursor of `cursorOf([place])` says. @throws CodedError `bad-cursor` */
export function placeAfter(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.length === 1 && Number.isSafeInteger(value[0]) && value[0] >= 0)
      return value[0] as number;
  } catch {
    // Then it is none of ours.
  }
  throw badCursor();
}
