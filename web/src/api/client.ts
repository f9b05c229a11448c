import type { ProblemDetails } from './contract.ts';

/** What went wrong with a request, in the words of the server where it answered at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly hint?: string;
  readonly requestId?: string;
  readonly errors: readonly { readonly where: string; readonly what: string }[];

  constructor(status: number, problem: Partial<ProblemDetails>) {
    super(problem.detail ?? problem.title ?? `the server answered ${status}`);
    this.status = status;
    this.code = problem.code ?? `http-${status}`;
    this.hint = problem.hint;
    this.requestId = problem.requestId;
    this.errors = problem.errors ?? [];
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

interface Sending {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

let csrfToken: string | undefined;

/** Remembers what every change must carry; `/v1/me` gives it. */
export function rememberCsrfToken(token: string | undefined): void {
  csrfToken = token;
}

/** `/v1/images` and `{ q: 'cart' }` to `/v1/images?q=cart`; what is undefined or empty is left out. */
export function address(path: string, query: Query = {}): string {
  const words = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== '') words.set(key, String(value));
  const text = words.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** @throws ApiError */
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await ask<T>('GET', address(path, query), { signal })).value;
}

/** As `get`, with the ETag that a later change must name. @throws ApiError */
export function getTagged<T>(path: string, query?: Query, signal?: AbortSignal): Promise<Tagged<T>> {
  return ask<T>('GET', address(path, query), { signal });
}

/** @throws ApiError */
export async function send<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  sending: Sending = {},
): Promise<T> {
  return (await ask<T>(method, path, sending)).value;
}

export interface Tagged<T> {
  readonly value: T;
  readonly etag?: string;
}

/** Longer than the longest reading, the check of a part of the ledger; nobody looks at grey bars for ever. */
const patienceMs = 60_000;

async function ask<T>(method: string, url: string, { body, headers, signal }: Sending): Promise<Tagged<T>> {
  const all: Record<string, string> = { accept: 'application/json', ...headers };
  if (method !== 'GET' && csrfToken !== undefined) all['x-csrf-token'] = csrfToken;
  const isRaw = body instanceof Blob;
  if (body !== undefined) all['content-type'] = isRaw ? body.type : 'application/json';
  let answer: Response;
  const patience = method === 'GET' ? AbortSignal.timeout(patienceMs) : undefined;
  const signals = [signal, patience].filter((each) => each !== undefined);
  try {
    answer = await fetch(url, {
      method,
      headers: all,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: isRaw ? body : JSON.stringify(body) }),
      ...(signals.length === 0 ? {} : { signal: AbortSignal.any(signals) }),
    });
  } catch (error) {
    if (signal?.aborted === true) throw error;
    if (patience?.aborted === true)
      throw new ApiError(0, {
        code: 'unreachable',
        detail: `The server has not answered for ${patienceMs / 1000} s.`,
        hint: 'It may be busy or its database may be gone: /readyz says which.',
      });
    throw new ApiError(0, {
      code: 'unreachable',
      detail: 'The server does not answer.',
      hint: 'What is on the page stays readable; it is asked again when you come back to it.',
    });
  }
  if (!answer.ok) throw new ApiError(answer.status, await problemOf(answer));
  const etag = answer.headers.get('etag') ?? undefined;
  return { value: (answer.status === 204 ? undefined : await answer.json()) as T, etag };
}

async function problemOf(answer: Response): Promise<Partial<ProblemDetails>> {
  try {
    return (await answer.json()) as Partial<ProblemDetails>;
  } catch {
    return { detail: `The server answered ${answer.status} ${answer.statusText}`.trim() };
  }
}
