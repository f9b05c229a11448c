import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../model/index.ts';
import { networkMessage, openAgents } from '../../network/index.ts';
import type { ExportSink } from './export-ledger.ts';

/** A sink that is closed when all is delivered. */
export interface OpenSink extends ExportSink {
  /** Bytes that the file has. */
  readonly bytes: number;
  /** What was taken is there after a crash too. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** @param options.keepBytes what stands behind these is of a run that was cut off; 0 writes the file anew. */
export async function openFileSink(file: string, { keepBytes }: { readonly keepBytes: number }): Promise<OpenSink> {
  const failed = (cause: unknown): CodedError =>
    new CodedError('file-not-written', `${file} could not be written: ${(cause as Error).message}`, { cause });
  try {
    const handle = await open(file, keepBytes === 0 ? 'w' : 'a');
    const { size } = await handle.stat();
    if (size < keepBytes)
      throw new Error(`it has ${size} bytes, but the cursor says ${keepBytes}: remove both to begin anew`);
    if (keepBytes > 0) await handle.truncate(keepBytes);
    let bytes = keepBytes;
    return {
      get bytes() {
        return bytes;
      },
      async take({ text }) {
        try {
          const all = Buffer.from(text);
          for (let at = 0; at < all.length;) at += (await handle.write(all, at)).bytesWritten;
          bytes += all.length;
        } catch (cause) {
          throw failed(cause);
        }
      },
      async flush() {
        await handle.datasync().catch((cause: unknown) => {
          // Pipes and devices know no such thing.
          if (!['EINVAL', 'ENOTSUP'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw failed(cause);
        });
      },
      close: () => handle.close(),
    };
  } catch (cause) {
    throw failed(cause);
  }
}

export interface WebhookOptions {
  readonly token?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** How often one that does not answer, or is busy, is asked. Default 6, over about a minute. */
  readonly tries?: number;
}

/** POSTs parts of up to 1,000 CloudEvents as batches (CloudEvents HTTP binding § 3.3). */
export async function openWebhookSink(address: string, options: WebhookOptions): Promise<OpenSink> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new CodedError('webhook-address', `${address} is not an http or https address`, { kind: 'usage' });
  const agents = await openAgents({ env: options.env, stallTimeoutMs: 30_000 });
  const post = await poster(url, { ...options, agents });
  return {
    bytes: 0,
    flush: () => Promise.resolve(),
    async take({ text }) {
      const body = `[${text.trimEnd().replaceAll('\n', ',')}]`;
      for (let attempt = 1, pauseMs = 1000; ; attempt++, pauseMs *= 2) {
        const answer = await post(body).catch((error: unknown) => {
          options.signal.throwIfAborted();
          return networkMessage(error, url.host, agents.routeTo(url).proxy);
        });
        if (typeof answer === 'number' && answer >= 200 && answer < 300) return;
        const mayPass = typeof answer === 'string' || answer === 408 || answer === 429 || answer >= 500;
        if (!mayPass || attempt >= (options.tries ?? 6))
          throw new CodedError(
            'webhook-failed',
            `${url.host} did not take the entries: ${typeof answer === 'string' ? answer : `it answers ${answer}`}`,
            { hint: 'run the same command again with --cursor: it goes on behind what was taken' },
          );
        await sleep(pauseMs, undefined, { signal: options.signal });
      }
    },
    close: async () => agents.close(),
  };
}

async function poster(
  url: URL,
  { token, signal, agents }: WebhookOptions & { readonly agents: Awaited<ReturnType<typeof openAgents>> },
): Promise<(body: string) => Promise<number>> {
  const [http, https] = await Promise.all([import('node:http'), import('node:https')]);
  return (body) =>
    new Promise((resolve, reject) => {
      const request = (url.protocol === 'https:' ? https : http).request(url, {
        method: 'POST',
        agent: agents.routeTo(url).agent,
        signal,
        timeout: 30_000,
        headers: {
          'user-agent': 'plimsoll',
          'content-type': 'application/cloudevents-batch+json; charset=utf-8',
          'content-length': Buffer.byteLength(body),
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        },
      });
      request.on('timeout', () => request.destroy(new Error('no answer for 30 s')));
      request.on('error', reject);
      request.on('response', (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      request.end(body);
    });
}
