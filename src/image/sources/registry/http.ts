import type { ClientRequest, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { CodedError } from '../../../model/index.ts';
import {
  type FailureKind,
  failureKind,
  isLoopback,
  isUnknownAuthority,
  networkMessage,
  openAgents,
  proxyName,
  type Route,
  type TrustSettings,
} from '../../../network/index.ts';
import { displayText } from '../../oci/index.ts';

/** How requests are sent. */
export interface HttpSettings {
  readonly insecureHttp: boolean;
  readonly stallTimeoutMs: number;
  /** For HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly trust?: TrustSettings;
}

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** A form to post. */
  readonly form?: URLSearchParams;
  /** Default GET, or POST for a form. */
  readonly method?: HttpMethod;
  readonly body?: Uint8Array | BytesToSend;
}

/** A body that need not be in memory. */
export interface BytesToSend {
  readonly sizeBytes: number;
  /** The bytes, from the start at every call. */
  open(): AsyncIterable<Uint8Array>;
}

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Where the answer came from in the end. */
  readonly url: URL;
  /** The body in pieces. @throws TransferError where it stalls or breaks off. */
  chunks(): AsyncIterable<Buffer>;
  /** Gives up the rest of the body. */
  discard(): void;
}

/** The network failed; whether a later try may do better, its kind says. */
export class TransferError extends Error {
  readonly kind: FailureKind;
  /** Node's or OpenSSL's code. */
  readonly code: string | undefined;

  constructor(message: string, kind: FailureKind, cause?: unknown) {
    super(message, { cause });
    this.name = 'TransferError';
    this.kind = kind;
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  }
}

export interface Http {
  /** Sends a request and follows redirects. @throws TransferError, CodedError `bad-redirect`, `plain-http-refused`. */
  send(url: URL, request: HttpRequest): Promise<HttpAnswer>;
  close(): void;
}

const redirectLimit = 10;
const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Bytes that must come within four stall timeouts: a server that drips is one that stalls. */
const progressBytes = 64 << 10;

/** An HTTP client that keeps connections, until it is closed. */
export async function openHttp(settings: HttpSettings): Promise<Http> {
  const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
  const agents = await openAgents(settings);

  async function once(url: URL, request: HttpRequest): Promise<Incoming> {
    request.signal.throwIfAborted();
    const route = agents.routeTo(url);
    try {
      return await through(route, url, request);
    } catch (error) {
      // Nothing was sent yet: the greeting failed.
      if (route.trustsSystem || !(error instanceof TransferError) || !isUnknownAuthority(error.cause)) throw error;
      await agents.trustSystem();
      return through(agents.routeTo(url), url, request);
    }
  }

  function through({ agent, proxy }: Route, url: URL, request: HttpRequest): Promise<Incoming> {
    const { method, headers, body } = contentOf(request);
    return new Promise((resolve, reject) => {
      const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
        agent,
        signal: request.signal,
        method,
        headers,
      });
      // A request that still waits for its connection says nothing when it is destroyed.
      const giveUp = (error: unknown): void => {
        done();
        outgoing.destroy();
        reject(error);
      };
      const onAbort = (): void => giveUp(request.signal.reason);
      const timer = setTimeout(
        () => giveUp(transferError(new Error(stallMessage(settings.stallTimeoutMs)), url, proxy)),
        settings.stallTimeoutMs,
      );
      const done = (): void => {
        clearTimeout(timer);
        request.signal.removeEventListener('abort', onAbort);
      };
      request.signal.addEventListener('abort', onAbort);
      outgoing.on('response', (message) => {
        done();
        if (proxy === undefined || message.statusCode !== 407) return resolve({ message, proxy });
        message.destroy();
        const why = `the proxy ${proxyName(proxy)} answers 407 when asked for ${url.host}`;
        reject(new TransferError(why, 'proxy-denied'));
      });
      outgoing.on('error', (cause) => {
        done();
        reject(request.signal.aborted ? request.signal.reason : transferError(cause, url, proxy));
      });
      sendBody(outgoing, body, () => timer.refresh()).catch(giveUp);
    });
  }

  return {
    async send(start, request) {
      let url = start;
      const seen = new Set<string>();
      for (let hop = 0; ; hop++) {
        checkScheme(url, settings.insecureHttp, start);
        if (seen.has(url.href)) throw badRedirect(start, 'goes in a circle');
        seen.add(url.href);
        // What lets us in at one place is no business of another: only the first origin sees it.
        const headers = url.origin === start.origin ? request.headers : withoutSecrets(request.headers);
        const incoming = await once(url, { ...request, headers });
        const { message } = incoming;
        if (!redirectStatuses.has(message.statusCode ?? 0))
          return answerOf(incoming, url, settings.stallTimeoutMs, request.signal);
        message.destroy();
        if (request.form !== undefined) throw badRedirect(start, 'answers a posted secret');
        // Of a redirect that turns what is sent into a question (RFC 9110 § 15.4) nothing would be kept.
        if (isWrite(request) && message.statusCode !== 307 && message.statusCode !== 308)
          throw badRedirect(start, 'answers what was sent');
        if (hop === redirectLimit) throw badRedirect(start, `takes more than ${redirectLimit} hops`);
        const location = message.headers.location ?? '';
        if (location === '' || !URL.canParse(location, url.href))
          throw badRedirect(start, location === '' ? 'leads nowhere' : `leads to "${displayText(location)}"`);
        url = new URL(location, url);
        url.username = url.password = url.hash = '';
      }
    },
    close() {
      agents.close();
    },
  };
}

/** Bytes that are handed to a connection at once. */
const bodyPieceBytes = 64 << 10;

/** Sends a body as fast as the other side takes it; each piece that it took is a sign of life. */
async function sendBody(
  outgoing: ClientRequest,
  body: string | Uint8Array | BytesToSend | undefined,
  onTaken: () => void,
): Promise<void> {
  if (body === undefined || typeof body === 'string') return void outgoing.end(body);
  if (body instanceof Uint8Array && body.length <= bodyPieceBytes) return void outgoing.end(body);
  for await (const piece of piecesOf(body)) {
    if (!(await taken(outgoing, piece))) return;
    onTaken();
  }
  outgoing.end();
}

async function* piecesOf(body: Uint8Array | BytesToSend): AsyncIterable<Uint8Array> {
  const parts = body instanceof Uint8Array ? [body] : body.open();
  for await (const part of parts)
    for (let at = 0; at < part.length; at += bodyPieceBytes) yield part.subarray(at, at + bodyPieceBytes);
}

/** Whether the connection took the piece; one that ended says so elsewhere. */
function taken(outgoing: ClientRequest, piece: Uint8Array): Promise<boolean> {
  return new Promise((resolve) => {
    if (outgoing.destroyed) return resolve(false);
    const onClose = (): void => resolve(false);
    outgoing.once('close', onClose);
    outgoing.write(piece, (error) => {
      outgoing.off('close', onClose);
      resolve(error === undefined || error === null);
    });
  });
}

/** An answer's head, and the proxy that it came through. */
interface Incoming {
  readonly message: IncomingMessage;
  readonly proxy: URL | undefined;
}

function isWrite({ method }: HttpRequest): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

function contentOf(request: HttpRequest): {
  method: string;
  headers: Record<string, string>;
  body?: string | Uint8Array | BytesToSend;
} {
  const headers = { 'user-agent': 'plimsoll', 'accept-encoding': 'identity', ...request.headers };
  const body = request.form?.toString();
  if (body === undefined) {
    const { method = 'GET', body: sent } = request;
    if (!isWrite(request)) return { method, headers };
    const sizeBytes = sent === undefined ? 0 : sent instanceof Uint8Array ? sent.length : sent.sizeBytes;
    return { method, headers: { ...headers, 'content-length': String(sizeBytes) }, body: sent };
  }
  const form = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(body)),
  };
  return { method: 'POST', headers: { ...headers, ...form }, body };
}

function transferError(cause: unknown, url: URL, proxy: URL | undefined): TransferError {
  return new TransferError(displayText(networkMessage(cause, url.host, proxy)), failureKind(cause), cause);
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization' && name !== 'cookie'));
}

function checkScheme(url: URL, insecureHttp: boolean, start: URL): void {
  if (url.protocol === 'https:') return;
  if (url.protocol !== 'http:') throw badRedirect(start, `leads to ${displayText(url.href)}`);
  if (start.protocol === 'https:' && url !== start && !insecureHttp)
    throw badRedirect(start, `leads from https to plain http (${url.host})`);
  if (insecureHttp || isLoopback(url.hostname)) return;
  throw new CodedError('plain-http-refused', `${url.host} would be asked over plain http`, {
    hint: 'Anyone on the way could change the answer; --insecure allows it',
  });
}

function badRedirect(start: URL, why: string): CodedError {
  return new CodedError('bad-redirect', `a redirect from ${start.origin}${start.pathname} ${why}`);
}

function answerOf(incoming: Incoming, url: URL, stallTimeoutMs: number, signal: AbortSignal): HttpAnswer {
  const { message } = incoming;
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    url,
    chunks: () => patientChunks(incoming, url, stallTimeoutMs, signal),
    discard: () => void message.destroy(),
  };
}

/** The body's pieces. Only waiting counts as silence, not what the reader does between pieces. */
async function* patientChunks(
  { message: incoming, proxy }: Incoming,
  url: URL,
  stallTimeoutMs: number,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  const iterator = incoming[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let waitedMs = 0;
  let sinceReset = 0;
  try {
    for (;;) {
      const startMs = performance.now();
      const patienceMs = Math.min(stallTimeoutMs, stallTimeoutMs * 4 - waitedMs);
      const timer = setTimeout(
        () => incoming.destroy(new Error(stallMessage(stallTimeoutMs))),
        Math.max(1, patienceMs),
      );
      let next: IteratorResult<Buffer>;
      try {
        next = await iterator.next();
      } finally {
        clearTimeout(timer);
      }
      if (next.done) return;
      waitedMs += performance.now() - startMs;
      sinceReset += next.value.length;
      if (sinceReset >= progressBytes) waitedMs = sinceReset = 0;
      yield next.value;
    }
  } catch (cause) {
    throw signal.aborted ? signal.reason : transferError(cause, url, proxy);
  } finally {
    incoming.destroy();
  }
}

function stallMessage(stallTimeoutMs: number): string {
  return `sent too little for ${stallTimeoutMs / 1000} s`;
}

/** Reads a body whole. @throws CodedError `too-large`, saying what `what` is. */
export async function readBody(answer: HttpAnswer, limitBytes: number, what: string): Promise<Buffer> {
  const tooLarge = (bytes: number): CodedError =>
    new CodedError('too-large', `${what} has ${bytes} bytes or more, over the limit of ${limitBytes}`);
  const declared = Number(answer.headers['content-length'] ?? 0);
  if (declared > limitBytes) {
    answer.discard();
    throw tooLarge(declared);
  }
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer.chunks()) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes) throw tooLarge(sizeBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
