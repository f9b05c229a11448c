import { setTimeout as sleep } from 'node:timers/promises';
import { type Http, type HttpAnswer, openHttp, readBody, TransferError } from '../../../image/asking.ts';
import { CodedError } from '../../../model/index.ts';
import type { PlaceSettings } from '../../body-place.ts';
import { denied, unreachable } from '../../errors.ts';
import type { S3Address } from './address.ts';
import { findCredentials } from './credentials.ts';
import { s3Path, signedHeaders } from './sign.ts';

const mostTries = 5;
/** For one request with all its tries, in milliseconds. */
const patienceMs = 120_000;
const stallTimeoutMs = 20_000;
const errorLimitBytes = 64 << 10;
/** What S3 answers when it wants to be asked again (Error Responses, "retry"). */
const passingStatuses: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** Asks S3-like storage for objects, with patience. */
export class S3Client {
  readonly #address: S3Address;
  readonly #settings: PlaceSettings & { readonly label: string };
  #http: Promise<Http> | undefined;

  constructor(address: S3Address, settings: PlaceSettings & { readonly label: string }) {
    this.#address = address;
    this.#settings = settings;
  }

  /** @throws CodedError `body-place-unreachable`, `body-place-denied` */
  async put(key: string, body: Uint8Array): Promise<void> {
    const headers = { 'content-type': 'application/zstd', 'content-length': String(body.length) };
    await this.#send({ method: 'PUT', key, headers, body }, async (answer) => {
      await readBody(answer, errorLimitBytes, 'an answer');
    });
  }

  async get(key: string, limitBytes: number): Promise<Buffer | undefined> {
    return this.#send({ method: 'GET', key }, (answer) =>
      readBody(answer, limitBytes, `${key} of ${this.#settings.label}`),
    );
  }

  async has(key: string): Promise<boolean> {
    // HEAD would tell a missing bucket from a missing object by nothing.
    const request = { method: 'GET', key, headers: { range: 'bytes=0-0' } } as const;
    const found = await this.#send(request, async (answer) => {
      answer.discard();
      return Promise.resolve(true);
    });
    return found === true;
  }

  async remove(key: string): Promise<void> {
    await this.#send({ method: 'DELETE', key }, (answer) => Promise.resolve(answer.discard()));
  }

  close(): void {
    void this.#http?.then(
      (http) => http.close(),
      () => undefined,
    );
  }

  /** Gives what an answer is read as; undefined where there is no such object. */
  async #send<T>(request: S3Request, read: (answer: HttpAnswer) => Promise<T>): Promise<T | undefined> {
    const { label, retryBaseMs = 250 } = this.#settings;
    const signal = AbortSignal.timeout(patienceMs);
    for (let tries = 1; ; tries++) {
      let why: string;
      try {
        const answer = await this.#once(request, signal);
        if (answer.status < 300) return await read(answer);
        const error = await errorOf(answer);
        if (answer.status === 404 && error.code !== 'NoSuchBucket' && (await this.#hasBucket(signal))) return undefined;
        if (!passingStatuses.has(answer.status)) throw this.#refusal(answer.status, error);
        why = `it answers ${answer.status}${error.text}`;
      } catch (error) {
        if (signal.aborted) throw unreachable(label, `no whole answer in ${patienceMs / 1000} s`, error);
        if (error instanceof CodedError && !error.code.startsWith('body-place'))
          throw unreachable(label, error.message, error);
        if (!(error instanceof TransferError)) throw error;
        if (error.kind !== 'passing' && error.kind !== 'absent') throw unreachable(label, error.message, error);
        why = error.message;
      }
      if (tries === mostTries) throw unreachable(label, `${why}, after ${tries} tries`);
      await sleep(retryBaseMs * 2 ** (tries - 1) * (1 + Math.random() / 4));
    }
  }

  /** Not every server says which of the two is not there; one that doesn't let us ask is believed. */
  async #hasBucket(signal: AbortSignal): Promise<boolean> {
    const answer = await this.#once({ method: 'HEAD', key: '' }, signal);
    answer.discard();
    if (answer.status !== 404) return true;
    throw this.#refusal(404, { code: 'NoSuchBucket', text: '' });
  }

  async #once({ method, key, headers = {}, body }: S3Request, signal: AbortSignal): Promise<HttpAnswer> {
    const { region, profile, isInsecure } = this.#address;
    const { env, label } = this.#settings;
    const url = this.#urlOf(key);
    const credentials = findCredentials(label, profile, env);
    const content = body === undefined ? {} : { body };
    const all = signedHeaders({ method, url, headers, ...content }, { credentials, region, now: new Date() });
    this.#http ??= openHttp({ insecureHttp: isInsecure, stallTimeoutMs, env });
    return (await this.#http).send(url, { method, headers: all, signal, ...content });
  }

  #urlOf(key: string): URL {
    const { endpoint, bucket, prefix, isPathStyle } = this.#address;
    const url = new URL(endpoint);
    if (!isPathStyle) url.host = `${bucket}.${endpoint.host}`;
    const parts = key === '' ? [] : [...(prefix === '' ? [] : [prefix]), key];
    url.pathname = s3Path(`/${[...(isPathStyle ? [bucket] : []), ...parts].join('/')}`);
    return url;
  }

  #refusal(status: number, { code, text }: S3Error): CodedError {
    const { label } = this.#settings;
    const why = `it answers ${status}${text}`;
    if (code === 'NoSuchBucket') return denied(label, 'there is no such bucket', 'make the bucket, or name another');
    if (code === 'RequestTimeTooSkewed')
      return denied(label, why, 'the clock of this machine or of the storage is wrong');
    if (code === 'SignatureDoesNotMatch' || code === 'InvalidAccessKeyId')
      return denied(label, why, 'the access key or its secret is wrong');
    if (code === 'AuthorizationHeaderMalformed' || code === 'PermanentRedirect' || status === 301)
      return denied(label, why, 'the bucket may lie in another region: region=… in the address');
    if (status === 401 || status === 403)
      return denied(
        label,
        why,
        'the access key needs s3:ListBucket, and s3:GetObject, s3:PutObject and s3:DeleteObject below the prefix',
      );
    return unreachable(label, why);
  }
}

interface S3Error {
  readonly code: string;
  /** As the end of a sentence. */
  readonly text: string;
}

/** What S3 says of an error, in XML: only its code is taken, which is a word. */
async function errorOf(answer: HttpAnswer): Promise<S3Error> {
  const body = await readBody(answer, errorLimitBytes, 'an error').catch(() => Buffer.alloc(0));
  const code = /<Code>(\w{1,64})<\/Code>/.exec(body.toString('latin1'))?.[1] ?? '';
  return { code, text: code === '' ? '' : ` (${code})` };
}
