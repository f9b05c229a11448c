import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { CodedError } from '../../model/index.ts';
import {
  failureKind,
  isUnknownAuthority,
  networkMessage,
  openAgents,
  proxyName,
  trustHint,
} from '../../network/index.ts';

const maxRedirects = 5;

/** A server's answer; the body must be read or discarded. */
export interface FeedAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: AsyncIterable<Uint8Array>;
  discard(): unknown;
}

/** Sends requests for feeds, through proxies where the environment names some; keeps connections until it is closed. */
export interface FeedClient {
  /**
   * GETs a URL and follows redirects, but never from https to plain http.
   * @throws CodedError feed-refused for too many redirects or a downgrade, bad-feed-address, bad-proxy, feed-unreachable
   * for what another try would not mend; network errors as they come
   */
  get(address: string, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<FeedAnswer>;
  close(): void;
}

/** @param stallTimeoutMs how long a proxy may be silent. */
export async function openFeedClient(
  env: Readonly<Record<string, string | undefined>>,
  stallTimeoutMs: number,
): Promise<FeedClient> {
  const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
  const agents = await openAgents({ env, stallTimeoutMs });

  async function once(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<IncomingMessage> {
    signal.throwIfAborted();
    const { agent, proxy, trustsSystem } = agents.routeTo(url);
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
          agent,
          signal,
          headers: { 'user-agent': 'plimsoll', ...headers },
        });
        outgoing.on('response', resolve).on('error', reject).end();
        // A request that still waits for its connection says nothing when it is destroyed.
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      if (proxy === undefined || answer.statusCode !== 407) return answer;
      answer.destroy();
      throw proxyDenied(`the proxy ${proxyName(proxy)} answers 407 when asked for ${url.host}`);
    } catch (error) {
      signal.throwIfAborted();
      if (!trustsSystem && isUnknownAuthority(error)) {
        await agents.trustSystem();
        return once(url, headers, signal);
      }
      throw toTell(error, url, proxy);
    }
  }

  return {
    async get(address, headers, signal) {
      let url = parse(address);
      for (let hops = 0; hops <= maxRedirects; hops++) {
        const incoming = await once(url, headers, signal);
        const { statusCode: status = 0, headers: answered } = incoming;
        const { location } = answered;
        if (status < 300 || status >= 400 || status === 304 || location === undefined)
          return { status, headers: answered, body: await plain(incoming, address), discard: () => incoming.destroy() };
        incoming.destroy();
        const next = parse(location, url);
        if (url.protocol === 'https:' && next.protocol !== 'https:')
          throw new CodedError('feed-refused', `${address} leads from https to ${next.href}`);
        url = next;
      }
      throw new CodedError('feed-refused', `${address} redirects more than ${maxRedirects} times`);
    },
    close: () => agents.close(),
  };
}

function parse(address: string, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base?.href) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new CodedError('bad-feed-address', `${address} is not an http or https address`, { kind: 'usage' });
  return url;
}

/** What another try would not mend is coded, all else stays a plain error. */
function toTell(error: unknown, url: URL, proxy: URL | undefined): Error {
  if (error instanceof CodedError) return error;
  const why = networkMessage(error, url.host, proxy);
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  switch (failureKind(error)) {
    case 'passing':
      return new Error(why, { cause: error });
    case 'proxy-denied':
      return proxyDenied(why, error);
    case 'untrusted':
      return new CodedError('feed-untrusted', `${url.href} could not be fetched: ${why}`, {
        hint: trustHint(code, { authority: 'among those of the system, or in a file that NODE_EXTRA_CA_CERTS names' }),
        cause: error,
      });
    default:
      return new CodedError('feed-unreachable', `${url.href} could not be fetched: ${why}`, {
        hint: 'is the address right, and reachable from here? HTTPS_PROXY names a proxy',
        cause: error,
      });
  }
}

function proxyDenied(why: string, cause?: unknown): CodedError {
  return new CodedError('proxy-denied', `the feeds could not be fetched: ${why}`, {
    hint: 'A log-in stands in its address: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT; NO_PROXY takes hosts out',
    cause,
  });
}

/** The body as the file is; some servers pack it though they were asked not to. */
async function plain(incoming: IncomingMessage, address: string): Promise<AsyncIterable<Uint8Array>> {
  const encoding = incoming.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return incoming;
  const { createBrotliDecompress, createGunzip } = await import('node:zlib');
  const { pipeline } = await import('node:stream');
  const unpack = encoding === 'gzip' ? createGunzip() : encoding === 'br' ? createBrotliDecompress() : undefined;
  if (unpack === undefined) {
    incoming.destroy();
    throw new CodedError('feed-refused', `${address} comes packed in a way that was not asked for (${encoding})`);
  }
  // The reader sees what went wrong.
  return pipeline(incoming, unpack, () => {});
}
