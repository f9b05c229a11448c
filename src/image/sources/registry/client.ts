import { CodedError } from '../../../model/index.ts';
import { isLoopback, trustHint } from '../../../network/index.ts';
import { displayText } from '../../oci/index.ts';
import type { ImageReference } from '../../reference.ts';
import type { SourceOptions } from '../source.ts';
import { denied, openAuthenticator, TokenServiceError } from './authenticator.ts';
import { certificateFolder } from './certificate-folder.ts';
import { type BytesToSend, type HttpAnswer, type HttpMethod, openHttp, readBody, TransferError } from './http.ts';
import { openTries, type Tries } from './retry.ts';

/** One repository of one registry (distribution-spec 1.1), or the registry itself, with log-in, retries and patience inside. */
export interface RegistryClient {
  /** `registry.example.com/team/app`: for messages. */
  readonly label: string;
  /** What one document or blob is granted, over all its requests. */
  tries(signal: AbortSignal): Tries;
  /**
   * Sends GET to `/v2/<repository>/<path>` and gives an answer of status 200 or 206.
   * @throws CodedError `image-not-found` (404), `registry-denied`, `registry-unreachable`, `registry-untrusted`,
   * `proxy-denied`, `bad-registry-answer`.
   */
  get(path: string, request: RegistryRequest): Promise<HttpAnswer>;
  /**
   * Sends anything and gives an answer of a status that is taken.
   * @param place below `/v2/<repository>/`, or an address that the registry gave: another host sees no credentials.
   * @throws CodedError as `get` does.
   */
  send(place: string | URL, request: AnyRequest): Promise<HttpAnswer>;
  close(): void;
}

interface RegistryRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly tries: Tries;
}

export interface AnyRequest extends RegistryRequest {
  readonly method: HttpMethod;
  readonly body?: Uint8Array | BytesToSend;
  /** Statuses that are no failure. */
  readonly takes: readonly number[];
}

/** @param reference with an empty repository for the registry itself: places are below `/v2/` then. */
export async function openRegistryClient(
  reference: Pick<ImageReference, 'registry' | 'repository'>,
  options: SourceOptions,
): Promise<RegistryClient> {
  const { registry, repository } = reference;
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const http = await openHttp({
    insecureHttp: options.insecureHttp ?? false,
    stallTimeoutMs: options.network?.stallTimeoutMs ?? 30_000,
    env: options.env,
    trust: certificateFolder(host, options.env),
  });
  const authenticator = openAuthenticator(http, registry, repository, options);
  const label = repository === '' ? registry : `${registry}/${repository}`;
  const root = repository === '' ? '/v2' : `/v2/${repository}`;
  const mayBePlain = options.insecureHttp === true || isLoopback(new URL(`https://${host}`).hostname);
  let scheme: 'https' | 'http' = 'https';
  let schemeKnown = !mayBePlain;
  let hasSpoken = false;

  async function send(place: string | URL, request: AnyRequest): Promise<HttpAnswer> {
    const { method, body, signal, headers } = request;
    const url = (): URL => (typeof place === 'string' ? new URL(`${scheme}://${host}${root}/${place}`) : place);
    const authorization = url().host === host ? authenticator.authorization() : undefined;
    const all = authorization === undefined ? headers : { ...headers, authorization };
    try {
      const answer = await http.send(url(), { method, headers: all, signal, body });
      schemeKnown = true;
      return answer;
    } catch (error) {
      if (schemeKnown || !isNoTls(error)) throw error;
      scheme = 'http';
      const answer = await http.send(url(), { method, headers: all, signal, body });
      schemeKnown = true;
      return answer;
    }
  }

  async function authorized(place: string | URL, request: AnyRequest): Promise<HttpAnswer> {
    const used = authenticator.authorization();
    const answer = await send(place, request);
    // A place that the registry sent us to may not ask for the registry's credentials.
    if (answer.status !== 401 || answer.url.host !== host) return answer;
    answer.discard();
    await authenticator.answer(answer.headers['www-authenticate'] ?? '', used, request.signal);
    return send(place, request);
  }

  async function patiently(place: string | URL, request: AnyRequest): Promise<HttpAnswer> {
    for (;;) {
      let answer: HttpAnswer | undefined;
      let why: string;
      try {
        answer = await authorized(place, request);
        hasSpoken = true;
        if (request.takes.includes(answer.status)) return answer;
        if (answer.status !== 429 && answer.status < 500)
          throw await refusal(answer, { place, method: request.method, reference, problem: authenticator.problem() });
        why = `it answers ${answer.status}`;
        answer.discard();
      } catch (error) {
        if (!isPassing(error, hasSpoken)) throw lasting(error, label);
        why = error.message;
      }
      await request.tries.again(why, answer?.headers['retry-after']);
    }
  }

  return {
    label,
    tries: (signal) => openTries({ label, signal, network: options.network, onProgress: options.onProgress }),
    get: (path, request) => patiently(path, { ...request, method: 'GET', takes: [200, 206] }),
    send: patiently,
    close: () => http.close(),
  };
}

/** A server without TLS answers a TLS greeting with something else, or hangs up. One that sends an alert speaks TLS. */
function isNoTls(error: unknown): boolean {
  return (
    error instanceof TransferError &&
    error.code !== undefined &&
    /^(?:EPROTO|ECONNRESET|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))$/.test(error.code)
  );
}

/** A registry that answered before and now refuses connections is being restarted; one that never did is not there. */
function isPassing(error: unknown, hasSpoken: boolean): error is Error {
  if (error instanceof TokenServiceError) return error.status === 429 || error.status >= 500;
  return error instanceof TransferError && (error.kind === 'passing' || (error.kind === 'absent' && hasSpoken));
}

/** What another try would not mend, in words that say what would. */
function lasting(error: unknown, label: string): unknown {
  if (error instanceof TokenServiceError) return new CodedError('bad-registry-answer', error.message);
  if (!(error instanceof TransferError)) return error;
  const { kind, message: why, code } = error;
  const cause = error;
  const certificates = `/etc/docker/certs.d/${label.split('/', 1)[0]!}`;
  if (kind === 'untrusted')
    return new CodedError('registry-untrusted', `${label} could not be read: ${why}`, {
      hint: trustHint(code, {
        authority: `among those of the system, or in ${certificates}/ca.crt`,
        ours: `client.cert and client.key in ${certificates}`,
      }),
      cause,
    });
  if (kind === 'proxy-denied')
    return new CodedError('proxy-denied', `${label} could not be read: ${why}`, {
      hint: 'A log-in stands in its address: HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT; NO_PROXY takes hosts out',
      cause,
    });
  const hint =
    kind === 'no-http'
      ? 'What answers there does not speak HTTP'
      : 'Is the reference right, and the registry up and reachable from here?';
  return new CodedError('registry-unreachable', `${label} could not be read: ${why}`, { hint, cause });
}

const errorLimitBytes = 64 << 10;

interface Refused {
  readonly place: string | URL;
  readonly method: HttpMethod;
  readonly reference: Pick<ImageReference, 'registry' | 'repository'>;
  readonly problem: string | undefined;
}

async function refusal(answer: HttpAnswer, { place, method, reference, problem }: Refused): Promise<CodedError> {
  const { registry, repository } = reference;
  const isWrite = method === 'POST' || method === 'PUT' || method === 'PATCH' || method === 'DELETE';
  const said = await readBody(answer, errorLimitBytes, 'an error').then(firstError, () => '');
  if (answer.status === 401 || answer.status === 403) {
    const why = `it answers ${answer.status}${said}`;
    return denied(registry, repository, problem === undefined ? {} : { problem }, why, isWrite ? 'write to' : 'read');
  }
  const path = typeof place === 'string' ? place : place.pathname;
  const name = path.replace(/^manifests\//, '').replace(/^blobs\//, 'the blob ');
  if (answer.status === 404 && !isWrite)
    return new CodedError('image-not-found', `${registry}/${repository} has no ${displayText(name)}${said}`);
  return new CodedError(
    'bad-registry-answer',
    `${registry}/${repository} answers ${answer.status} to ${displayText(path)}${said}`,
  );
}

/** The first error of a registry's list (distribution-spec § Error Codes), as the end of a sentence. */
function firstError(body: Buffer): string {
  const found = /"message"\s*:\s*"([^"\\]{1,200})"/.exec(body.toString('utf8', 0, 4096));
  return found === null ? '' : ` (${displayText(found[1]!)})`;
}
