import { createHmac } from 'node:crypto';
import type { Agent } from 'node:http';
import { CodedError } from '../../../model/index.ts';
import { networkMessage, openAgents } from '../../../network/index.ts';
import type { Sent } from './sent.ts';

export interface PostOptions {
  readonly url: string;
  readonly body: object;
  /** The same at every attempt: who got it twice can tell. */
  readonly id: string;
  /** Signs, where there is one. */
  readonly secret?: string | undefined;
  readonly allow: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: Date;
  readonly timeoutMs?: number;
}

/**
 * POSTs JSON, signed as Standard Webhooks say (https://www.standardwebhooks.com): HMAC-SHA256 over id, time and body. Addresses of
 * this machine and its networks are refused when connecting, but for those that are allowed; nothing is followed elsewhere.
 */
export async function postMessage(options: PostOptions): Promise<Sent> {
  const url = new URL(options.url);
  const timeoutMs = options.timeoutMs ?? 15_000;
  const env = {
    ...options.env,
    PLIMSOLL_REFUSE_ADDRESSES: 'private',
    PLIMSOLL_ALLOW_ADDRESSES: options.allow.join(','),
  };
  const agents = await openAgents({ env, stallTimeoutMs: timeoutMs });
  try {
    const { agent } = agents.routeTo(url);
    const status = await post(url, { ...options, agent, timeoutMs });
    if (status >= 200 && status < 300) return { kind: 'sent' };
    if (status >= 300 && status < 400)
      return { kind: 'failed', why: `${url.host} leads elsewhere (${status}): name the address itself` };
    const mayPass = status === 408 || status === 425 || status === 429 || status >= 500;
    return { kind: mayPass ? 'again' : 'failed', why: `${url.host} answers ${status}` };
  } catch (error) {
    if (isRefusal(error)) return { kind: 'failed', why: (error as Error).message };
    return { kind: 'again', why: networkMessage(error, url.host) };
  } finally {
    agents.close();
  }
}

/** The headers that say which message it is, when it was sent and that it is ours. */
export function signatureHeaders(
  text: string,
  { id, secret, now }: Pick<PostOptions, 'id' | 'secret' | 'now'>,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const headers = { 'webhook-id': id, 'webhook-timestamp': timestamp };
  if (secret === undefined) return headers;
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${text}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}

function isRefusal(error: unknown): boolean {
  return [error, (error as Error).cause].some((each) => each instanceof CodedError && each.code === 'address-refused');
}

async function post(
  url: URL,
  options: PostOptions & { readonly agent: Agent; readonly timeoutMs: number },
): Promise<number> {
  const { request: open } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const text = JSON.stringify(options.body);
  return new Promise((resolve, reject) => {
    const request = open(url, {
      method: 'POST',
      agent: options.agent,
      signal: AbortSignal.timeout(options.timeoutMs),
      headers: {
        'user-agent': 'plimsoll',
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
        ...signatureHeaders(text, options),
      },
    });
    request.on('error', reject);
    request.on('response', (answer) => {
      // Whatever it says, only the status counts.
      answer.destroy();
      resolve(answer.statusCode ?? 0);
    });
    request.end(text);
  });
}
