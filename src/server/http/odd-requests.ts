import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { CodedError } from '../../model/index.ts';
import { type Route, routes } from '../contract/index.ts';
import { problemOf } from './problems.ts';

/** Which methods there are at an address, for those addresses that are the API's. */
const methodsByShape: readonly (readonly [RegExp, ReadonlySet<string>])[] = (() => {
  const shapes = new Map<string, Set<string>>();
  const add = (path: string, method: string): void => {
    const shape = `^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`;
    const methods = shapes.get(shape) ?? new Set();
    shapes.set(shape, methods.add(method));
    if (method === 'GET') methods.add('HEAD');
  };
  for (const { path, method } of Object.values(routes) as readonly Route[]) add(path, method);
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json']) add(path, 'GET');
  return [...shapes].map(([shape, methods]) => [new RegExp(shape), methods] as const);
})();

/** The methods of an address where the one that was asked is none of them; undefined where it is no address of the API. */
export function methodsAt(address: string): readonly string[] | undefined {
  const all = methodsByShape.filter(([shape]) => shape.test(address)).flatMap(([, methods]) => [...methods]);
  return all.length === 0 ? undefined : [...new Set(all)].sort();
}

/** What a caller hears who sent something that is no request, and the connection's end: nothing of it can be relied on. */
export function refuseNoRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  // Somebody who has gone hears nothing.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const coded = noRequest(error.code);
  const problem = problemOf(coded, 'none');
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\nContent-Type: application/problem+json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function noRequest(code: string | undefined): CodedError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new CodedError('header-too-large', 'the header lines of the request have more than 16 KiB', {
        kind: 'usage',
      });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new CodedError('request-too-slow', 'the request did not come in time', { kind: 'usage' });
    default:
      return new CodedError('no-request', 'what was sent is no HTTP/1.1 request', { kind: 'usage' });
  }
}

/** What Fastify refuses before any of ours, in our words; other errors as they are. */
export function inOurWords(error: unknown, bodyLimitBytes: number): unknown {
  const { code } = error as { readonly code?: string };
  switch (code) {
    case 'FST_ERR_BAD_URL':
      return new CodedError('bad-url', 'the address has a % that is followed by no two hex digits of UTF-8', {
        kind: 'usage',
      });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new CodedError('media-type', 'the body is of no media type that is taken here', {
        kind: 'usage',
        hint: 'send JSON, and say so: Content-Type: application/json',
      });
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new CodedError(
        'body-too-large',
        `the body has more than the ${bodyLimitBytes} bytes that are taken here`,
        {
          kind: 'usage',
        },
      );
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new CodedError('no-json', 'the body is said to be JSON, and is empty', {
        kind: 'usage',
        hint: 'leave out Content-Type where nothing is sent',
      });
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new CodedError('no-json', 'the body is said to be JSON, and is none', {
        kind: 'usage',
        hint: 'what is packed is not unpacked, and a member may not be called __proto__',
      });
    default:
      return error;
  }
}

/** Whether PostgreSQL can't read a value as what it is compared to (class 22), and a cursor that somebody made up brought one. */
export function isByCursor(error: unknown, query: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return /^22[0-9A-Z]{3}$/.test(String(code)) && (query as { readonly cursor?: unknown })?.cursor !== undefined;
}

/** Where in what was sent there is a NUL, which no name, reason or text here may have; undefined: nowhere. */
export function nulIn(value: unknown, foreign: readonly string[] = []): readonly string[] | undefined {
  // By a list of our own: what was sent may be deeper than calls can be.
  const waiting: { readonly value: unknown; readonly place: readonly string[] }[] = [{ value, place: [] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, place } = next;
    if (typeof value === 'string' && value.includes('\0')) return place;
    if (typeof value !== 'object' || value === null) continue;
    for (const [name, member] of Object.entries(value))
      if (place.length > 0 || !foreign.includes(name)) waiting.push({ value: member, place: [...place, name] });
  }
  return undefined;
}
