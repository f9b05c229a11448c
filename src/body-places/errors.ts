import { CodedError } from '../model/index.ts';

/** An address that can't be one. */
export function invalidAddress(address: string, why: string, example: string): CodedError {
  return new CodedError('body-place-invalid', `bodies can't be kept in "${address}": ${why}`, {
    kind: 'usage',
    hint: `such as ${example}`,
  });
}

/** The place does not answer, or not with what it should: what lies there may still lie there. */
export function unreachable(address: string, why: string, cause?: unknown): CodedError {
  return new CodedError('body-place-unreachable', `${address}: ${why}`, {
    hint: 'nothing is lost by it: what could not be read or written now is tried again later',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The place answers, but not to us. */
export function denied(address: string, why: string, hint: string, cause?: unknown): CodedError {
  return new CodedError('body-place-denied', `${address}: ${why}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}
