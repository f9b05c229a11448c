import type { ProblemDetails } from '../contract/index.ts';
import { CodedError } from '../../model/index.ts';

/** HTTP status of a code; what is not here is 400 where the call was wrong, and 500 else. The one table of them. */
const statusOfCode: Readonly<Record<string, number>> = {
  'not-logged-in': 401,
  'log-in-failed': 401,
  forbidden: 403,
  'csrf-failed': 403,
  'origin-refused': 403,
  'address-refused': 403,
  'not-found': 404,
  'unknown-base': 404,
  'unknown-vulnerability': 404,
  'method-not-allowed': 405,
  'document-changed': 412,
  'precondition-required': 428,
  'key-in-use': 409,
  'key-reused': 422,
  'source-known': 409,
  'waiver-known': 409,
  'waiver-decided': 409,
  'last-admin': 409,
  'body-too-large': 413,
  'media-type': 415,
  'request-invalid': 422,
  'record-invalid': 422,
  'invalid-policy': 422,
  'invalid-notifications': 422,
  'channel-of-file': 409,
  'too-many-channels': 409,
  'bad-vex': 422,
  'invalid-trust-root': 422,
  'bad-trusted-root': 422,
  'vex-full': 409,
  'policy-too-large': 413,
  'bad-reference': 422,
  'reference-refused': 422,
  'bad-source-address': 422,
  'bad-docker-host': 422,
  'bad-cursor': 400,
  'bad-url': 400,
  'no-request': 400,
  'no-json': 400,
  'request-too-slow': 408,
  'header-too-large': 431,
  'too-many-requests': 429,
  'too-many-jobs': 429,
  'ledger-busy': 503,
  'ledger-closed': 503,
  'store-unreachable': 503,
  'store-not-started': 503,
  'store-full': 507,
  'body-missing': 410,
  'body-unreadable': 410,
  'body-place-unreachable': 502,
  'body-place-denied': 502,
  'judging-ended': 503,
  stopping: 503,
};

const titles: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not logged in',
  403: 'Not allowed',
  404: 'Not there',
  405: 'Not a method of this',
  408: 'Too slow',
  409: 'In the way of something else',
  410: 'No longer there',
  412: 'Changed meanwhile',
  413: 'Too large',
  415: 'Of another kind',
  422: 'Not of the asked form',
  428: 'A condition is asked for',
  429: 'Too many',
  431: 'Too large',
  500: 'A mistake of ours',
  502: 'Another server failed',
  503: 'Not now',
  507: 'No room left',
};

/** An error of a request, with the places of what is wrong in it. */
export class RequestError extends CodedError {
  readonly errors: readonly { readonly where: string; readonly what: string }[];

  constructor(message: string, errors: readonly { readonly where: string; readonly what: string }[]) {
    super('request-invalid', message, { kind: 'usage', hint: '/openapi.json says what is asked for' });
    this.errors = errors;
  }
}

export function notFound(what: string, hint?: string): CodedError {
  return new CodedError('not-found', `there is no ${what} here`, hint === undefined ? {} : { hint });
}

export function statusOf(error: unknown): number {
  if (error instanceof CodedError) return statusOfCode[error.code] ?? (error.kind === 'usage' ? 400 : 500);
  const { statusCode } = error as { statusCode?: number };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

/** Codes of what Fastify itself refuses. */
const codeOfStatus: Readonly<Record<number, string>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  413: 'body-too-large',
  415: 'media-type',
};

/** An error as it goes out (RFC 9457). What is a mistake of ours says nothing of our inside. */
export function problemOf(error: unknown, requestId: string): ProblemDetails {
  const status = statusOf(error);
  const isCoded = error instanceof CodedError;
  const code = isCoded ? error.code : status === 500 ? 'internal' : (codeOfStatus[status] ?? 'request-invalid');
  const detail =
    isCoded || status < 500
      ? (error as Error).message
      : `something went wrong that is no mistake of yours; the log says what under ${requestId}`;
  return {
    type: `urn:plimsoll:problem:${code}`,
    title: titles[status] ?? 'Error',
    status,
    detail,
    code,
    ...(isCoded && error.hint !== undefined ? { hint: error.hint } : {}),
    ...(error instanceof RequestError ? { errors: [...error.errors] } : {}),
    requestId,
  };
}
