import { CodedError } from '../../model/index.ts';

const maxRedirects = 5;

/**
 * GETs a URL and follows redirects, but never from https to plain http.
 * @throws CodedError feed-refused for too many redirects or a downgrade, bad-feed-address; network errors as they come
 */
export async function requestFollowing(
  address: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Response> {
  let url = parse(address);
  for (let hops = 0; hops <= maxRedirects; hops++) {
    const response = await fetch(url, { headers, redirect: 'manual', signal });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status >= 400 || response.status === 304 || location === null)
      return response;
    await response.body?.cancel();
    const next = parse(location, url);
    if (url.protocol === 'https:' && next.protocol !== 'https:')
      throw new CodedError('feed-refused', `${address} leads from https to ${next.href}`);
    url = next;
  }
  throw new CodedError('feed-refused', `${address} redirects more than ${maxRedirects} times`);
}

function parse(address: string, base?: URL): URL {
  const url = URL.canParse(address, base?.href) ? new URL(address, base?.href) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new CodedError('bad-feed-address', `${address} is not an http or https address`, { kind: 'usage' });
  return url;
}

/** Aborts what has given nothing for too long, or when the user stops. */
export class StallGuard {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly timeoutMs: number;
  private timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, outer: AbortSignal | undefined) {
    this.timeoutMs = timeoutMs;
    this.signal = outer === undefined ? this.controller.signal : AbortSignal.any([outer, this.controller.signal]);
    this.touch();
  }

  /** Something came. */
  touch(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.controller.abort(new Error(`nothing came for ${this.timeoutMs / 1000} s`));
    }, this.timeoutMs);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
