import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '../../model/index.ts';
import { isLoopback, networkMessage, openAgents } from '../../network/index.ts';

export interface ServerClient {
  readonly url: string;
  /** What the server answers. @throws CodedError as its problem says, or `server-unreachable`. */
  call<T>(method: string, path: string, body?: unknown, more?: CallOptions): Promise<T>;
  /** An answer that is no JSON, as it comes. @throws CodedError like `call` */
  read(path: string): Promise<AsyncIterable<Uint8Array>>;
  close(): void;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** A file that is sent instead of a body. */
  readonly file?: string;
  /** How long the server may work without a word, in milliseconds. Default 60,000. */
  readonly patienceMs?: number;
}

const largestAnswerBytes = 256 << 20;
const stallTimeoutMs = 60_000;

/**
 * @param options token: without one only what anybody may ask is answered.
 * @throws CodedError `server-address`
 */
export async function openServer(
  address: string,
  {
    token,
    env,
    signal,
  }: {
    readonly token?: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly signal: AbortSignal;
  },
): Promise<ServerClient> {
  const base = URL.canParse(address) ? new URL(address) : undefined;
  if (base === undefined || !['http:', 'https:'].includes(base.protocol))
    throw new CodedError('server-address', `${address} is not the address of a server`, {
      kind: 'usage',
      hint: 'as https://plimsoll.example.com',
    });
  // A token over plain http is anyone's who listens.
  if (base.protocol === 'http:' && !isLoopback(base.hostname))
    throw new CodedError('server-address', `${base.host} would get the token without TLS`, {
      kind: 'usage',
      hint: `https://${base.host}`,
    });
  const agents = await openAgents({ env, stallTimeoutMs });
  const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
  const request = async (
    method: string,
    path: string,
    { body, headers, file, patienceMs = stallTimeoutMs }: CallOptions & { readonly body?: unknown },
  ): Promise<IncomingMessage> => {
    const url = new URL(path, base);
    const text = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const length = file === undefined ? text?.length : statSync(file).size;
    const { agent, proxy } = agents.routeTo(url);
    try {
      return await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
          ...{ method, agent, signal, timeout: patienceMs },
          headers: {
            'user-agent': 'plimsoll',
            accept: 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
            ...(length === undefined
              ? {}
              : {
                  'content-type': file === undefined ? 'application/json' : 'application/octet-stream',
                  'content-length': length,
                }),
            ...headers,
          },
        });
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer for ${patienceMs / 1000} s`)));
        outgoing.on('response', resolve).on('error', reject);
        if (file === undefined) outgoing.end(text);
        else pipeline(createReadStream(file), outgoing).catch(reject);
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new CodedError('server-unreachable', networkMessage(error, url.host, proxy), { cause: error });
    }
  };
  return {
    url: base.origin,
    close: () => agents.close(),
    async call<T>(method: string, path: string, body?: unknown, more: CallOptions = {}): Promise<T> {
      return (await bodyOf(await request(method, path, { ...more, body }), base)) as T;
    },
    async read(path) {
      const answer = await request('GET', path, {});
      // What is refused is JSON, and told as such.
      if ((answer.statusCode ?? 0) >= 400) await bodyOf(answer, base);
      return answer;
    },
  };
}

async function bodyOf(answer: IncomingMessage, url: URL): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of answer as AsyncIterable<Buffer>) {
    if ((bytes += part.length) > largestAnswerBytes)
      throw new CodedError('server-answer', `${url.host} answers with more than ${largestAnswerBytes >> 20} MiB`);
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  const status = answer.statusCode ?? 0;
  if (status === 204) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CodedError('server-answer', `${url.host} answers ${status} and no JSON: it may be no Plimsoll server`);
  }
  if (status < 400) return value;
  const { code, detail, hint } = value as { code?: unknown; detail?: unknown; hint?: unknown };
  throw new CodedError(
    typeof code === 'string' && /^[a-z0-9-]{1,64}$/.test(code) ? code : 'server-answer',
    `${url.host}: ${typeof detail === 'string' ? detail.slice(0, 2000) : `it answers ${status}`}`,
    typeof hint === 'string' ? { hint: hint.slice(0, 500) } : {},
  );
}
