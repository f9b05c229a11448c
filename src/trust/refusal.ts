import { refusalMends } from './refusals.table.ts';

/** Why something signed does not count. Data, not an error: there may be another that does. */
export interface Refusal {
  readonly code: RefusalCode;
  /** One line that says what is wrong, with what was found and what was expected. */
  readonly what: string;
}

export type RefusalCode = keyof typeof refusalMends;

export function refusal(code: RefusalCode, what: string): Refusal {
  return { code, what };
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'code' in value && 'what' in value;
}

/** What helps, by code. */
export function mendOf(code: RefusalCode): string {
  return refusalMends[code];
}
