import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { CodedError } from '../../../model/index.ts';
import { failureKind, failureWords, trustHint } from '../../../network/index.ts';
import { linesOf } from '../../lines.ts';
import { at, badAnswer, listAt, numberAt, parseAnswer, textAt } from '../../members.ts';
import type { ClusterAddress } from './cluster-address.ts';

const pageLimitBytes = 64 << 20;
const longestEventBytes = 8 << 20;
const mostObjects = 200_000;
const pageSize = 500;

/** The list that was read is too old to go on from (410 Gone): all must be listed anew. */
export class Expired extends Error {}

export interface Listed {
  readonly items: readonly unknown[];
  readonly version: string;
}

/** An event of a watch. `BOOKMARK`: only the version has moved on. */
export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK';
  readonly object: unknown;
  readonly version: string;
}

export interface WatchFrom {
  readonly version: string;
  /** How long the server is asked to keep it open. */
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** GET requests to one cluster's API, nothing else. */
export class ClusterApi {
  readonly label: string;
  readonly #address: ClusterAddress;
  readonly #agent: Agent;
  readonly #signal: AbortSignal;
  readonly #stallTimeoutMs: number;

  constructor(address: ClusterAddress, { signal, stallTimeoutMs }: { signal: AbortSignal; stallTimeoutMs: number }) {
    this.label = `the cluster at ${address.url.host}`;
    this.#address = address;
    this.#signal = signal;
    this.#stallTimeoutMs = stallTimeoutMs;
    const { ca, cert, key, serverName, skipsVerification, guard } = address;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 8,
      rejectUnauthorized: !skipsVerification,
      ...guard?.options,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
    });
  }

  /** An answer as values; undefined for 404. @throws Expired, CodedError */
  async get(path: string, accept = 'application/json'): Promise<unknown> {
    const patience = AbortSignal.any([this.#signal, AbortSignal.timeout(this.#stallTimeoutMs * 4)]);
    try {
      const answer = await this.#send(path, { accept, signal: patience, timeout: this.#stallTimeoutMs });
      const body = await readWhole(answer, pageLimitBytes, this.label);
      if (answer.statusCode === 404) return undefined;
      if (answer.statusCode !== 200) throw refusal(this.label, answer.statusCode ?? 0, path, body);
      return parseAnswer(body, `the answer of ${this.label} to ${pathOf(path)}`);
    } catch (error) {
      throw this.#asCoded(error);
    }
  }

  /** All objects of a kind, page by page. */
  async list(path: string, accept?: string): Promise<Listed> {
    const items: unknown[] = [];
    let next = '';
    for (let page = 0; page < mostObjects; page++) {
      const from = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
      const answer = await this.get(`${path}?limit=${pageSize}${from}`, accept);
      for (const item of listAt(answer, ['items'], mostObjects)) items.push(item);
      if (items.length > mostObjects)
        throw badAnswer(`${this.label} lists more than ${mostObjects} objects at ${path}`);
      const last = next;
      next = textAt(answer, 'metadata', 'continue') ?? '';
      if (next === '') return { items, version: textAt(answer, 'metadata', 'resourceVersion') ?? '' };
      if (next === last) throw badAnswer(`${this.label} lists ${path} in a circle`);
    }
    throw badAnswer(`${this.label} lists ${path} on too many pages`);
  }

  /** What happens to objects of a kind after a version, until the server ends the watch, as it does now and then. */
  async *watch(path: string, { version, seconds, signal }: WatchFrom): AsyncGenerator<WatchEvent, void, void> {
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${encodeURIComponent(version)}`;
    const what = `the watch of ${path} by ${this.label}`;
    try {
      const answer = await this.#send(`${path}?${query}`, {
        accept: 'application/json',
        signal: AbortSignal.any([this.#signal, signal]),
        // It ends itself by then.
        timeout: (seconds + 60) * 1000,
      });
      if (answer.statusCode !== 200)
        throw refusal(this.label, answer.statusCode ?? 0, path, await readWhole(answer, 1 << 20, this.label));
      for await (const line of linesOf(answer, longestEventBytes, what)) yield eventOf(parseAnswer(line, what), what);
    } catch (error) {
      throw this.#asCoded(error);
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(
    path: string,
    { accept, signal, timeout }: { accept: string; signal: AbortSignal; timeout: number },
  ): Promise<IncomingMessage> {
    const { url } = this.#address;
    const token = this.#address.token();
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(url.pathname.replace(/\/$/, '') + path, url), {
        agent: this.#agent,
        signal,
        timeout,
        headers: {
          accept,
          'user-agent': 'plimsoll',
          ...(token === undefined ? {} : { authorization: `Bearer ${headerSafe(token)}` }),
        },
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`silent for ${timeout / 1000} s`)));
      outgoing.on('response', resolve);
      outgoing.on('error', reject);
      outgoing.end();
    });
  }

  #asCoded(error: unknown): unknown {
    if (error instanceof CodedError || error instanceof Expired || this.#signal.aborted) return error;
    const why = (error as Error).name === 'TimeoutError' ? 'it takes too long' : failureWords(error);
    if (failureKind(error) === 'untrusted')
      return new CodedError('cluster-untrusted', `${this.label} is not trusted: ${why}`, {
        hint: trustHint((error as { code?: string }).code, {
          authority: "into the source's secret ca, or its kubeconfig",
        }),
        cause: error,
      });
    return new CodedError('cluster-unreachable', `${this.label} does not answer: ${why}`, { cause: error });
  }
}

function eventOf(value: unknown, what: string): WatchEvent {
  const type = textAt(value, 'type');
  const object = at(value, 'object');
  if (type === 'ERROR') {
    if (numberAt(object, 'code') === 410) throw new Expired();
    throw badAnswer(`${what} ends: ${shown(textAt(object, 'message') ?? 'without a word')}`);
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED' && type !== 'BOOKMARK')
    throw badAnswer(`${what} tells of something that is no event`);
  return { type, object, version: textAt(object, 'metadata', 'resourceVersion') ?? '' };
}

async function readWhole(answer: IncomingMessage, limitBytes: number, label: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes)
      throw new CodedError('too-large', `${label} answers with more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function refusal(label: string, status: number, path: string, body: Buffer): Error {
  if (status === 410) return new Expired();
  let said = '';
  try {
    said = shown(textAt(parseAnswer(body, 'it'), 'message') ?? '');
  } catch {
    // It says so in another way than Kubernetes would.
  }
  if (status === 401 || status === 403)
    return new CodedError('cluster-denied', `${label} does not let us read ${pathOf(path)}: ${said || status}`, {
      hint: 'docs/howto/inventory.md has the role that is needed: get, list and watch, nothing else',
    });
  return badAnswer(`${label} answers ${status} to ${pathOf(path)}${said === '' ? '' : `: ${said}`}`);
}

function pathOf(path: string): string {
  return path.split('?', 1)[0]!;
}

function shown(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, ' ').slice(0, 300);
}

function headerSafe(token: string): string {
  if (/^[\x21-\x7e]{1,65536}$/.test(token)) return token;
  throw new CodedError('bad-source-address', 'the token for the cluster holds characters that no header can carry', {
    kind: 'usage',
  });
}
