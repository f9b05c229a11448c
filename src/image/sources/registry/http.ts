import type { Agent, IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { CodedError } from '../../../model/index.ts';
import { displayText } from '../../oci/index.ts';

/** How requests are sent. */
export interface HttpSettings {
  readonly insecureHttp: boolean;
  readonly stallTimeoutMs: number;
  /** For HTTP_PROXY, HTTPS_PROXY and NO_PROXY. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** A form to post; without it the method is GET. */
  readonly form?: URLSearchParams;
}

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

/** The network failed in a way that a later try may not. */
export class TransferError extends Error {
  /** Node's or OpenSSL's code. */
  readonly code: string | undefined;

  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'TransferError';
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

/** Whether a host is this machine. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(?:\.\d{1,3}){3}$/.test(hostname)
  );
}

/** An HTTP client that keeps connections, until it is closed. */
export async function openHttp(settings: HttpSettings): Promise<Http> {
  const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
  const proxyEnv = settings.env as NodeJS.ProcessEnv;
  const agents = new Map<string, Agent>();
  const agentFor = (url: URL): Agent => {
    const isLocal = isLoopback(url.hostname);
    const key = `${url.protocol}${isLocal}`;
    const Kind = url.protocol === 'https:' ? https.Agent : http.Agent;
    let agent = agents.get(key);
    if (agent === undefined) agents.set(key, (agent = new Kind({ keepAlive: true, ...(isLocal ? {} : { proxyEnv }) })));
    return agent;
  };

  function once(url: URL, request: HttpRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const body = request.form?.toString();
      const outgoing = (url.protocol === 'https:' ? https : http).request(
        url,
        {
          agent: agentFor(url),
          signal: request.signal,
          method: body === undefined ? 'GET' : 'POST',
          headers: {
            'user-agent': 'plimsoll',
            'accept-encoding': 'identity',
            ...request.headers,
            ...(body === undefined
              ? {}
              : {
                  'content-type': 'application/x-www-form-urlencoded',
                  'content-length': String(Buffer.byteLength(body)),
                }),
          },
        },
        (incoming) => {
          clearTimeout(timer);
          resolve(incoming);
        },
      );
      const timer = setTimeout(
        () => outgoing.destroy(new Error(stallMessage(settings.stallTimeoutMs))),
        settings.stallTimeoutMs,
      );
      outgoing.on('error', (cause) => {
        clearTimeout(timer);
        reject(
          request.signal.aborted ? request.signal.reason : new TransferError(`${url.host}: ${messageOf(cause)}`, cause),
        );
      });
      outgoing.end(body);
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
        const status = incoming.statusCode ?? 0;
        if (!redirectStatuses.has(status)) return answerOf(incoming, url, settings.stallTimeoutMs, request.signal);
        incoming.destroy();
        if (request.form !== undefined) throw badRedirect(start, 'answers a posted secret');
        if (hop === redirectLimit) throw badRedirect(start, `takes more than ${redirectLimit} hops`);
        const location = incoming.headers.location ?? '';
        if (location === '' || !URL.canParse(location, url.href))
          throw badRedirect(start, location === '' ? 'leads nowhere' : `leads to "${displayText(location)}"`);
        url = new URL(location, url);
        url.username = url.password = url.hash = '';
      }
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
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

function answerOf(incoming: IncomingMessage, url: URL, stallTimeoutMs: number, signal: AbortSignal): HttpAnswer {
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    url,
    chunks: () => patientChunks(incoming, url, stallTimeoutMs, signal),
    discard: () => void incoming.destroy(),
  };
}

/** The body's pieces. Only waiting counts as silence, not what the reader does between pieces. */
async function* patientChunks(
  incoming: IncomingMessage,
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
    throw signal.aborted ? signal.reason : new TransferError(`${url.host}: ${messageOf(cause)}`, cause);
  } finally {
    incoming.destroy();
  }
}

function stallMessage(stallTimeoutMs: number): string {
  return `sent too little for ${stallTimeoutMs / 1000} s`;
}

function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return messageOf(cause.errors[0]);
  const message = cause instanceof Error ? cause.message : String(cause);
  return message === 'aborted' ? 'the connection broke off' : displayText(message.trim());
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
