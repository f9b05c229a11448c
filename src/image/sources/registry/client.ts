import { CodedError } from '../../../model/index.ts';
import { displayText } from '../../oci/index.ts';
import type { ImageReference } from '../../reference.ts';
import type { SourceOptions } from '../source.ts';
import { denied, openAuthenticator, TokenServiceError } from './authenticator.ts';
import { type HttpAnswer, isLoopback, openHttp, readBody, TransferError } from './http.ts';
import { pause, retryPolicy, type RetryPolicy, waitBefore } from './retry.ts';

/** One repository of one registry (distribution-spec 1.1), with log-in, retries and patience inside. */
export interface RegistryClient {
  /** `registry.example.com/team/app`: for messages. */
  readonly label: string;
  readonly retry: RetryPolicy;
  /**
   * Sends GET to `/v2/<repository>/<path>` and gives an answer of status 200 or 206.
   * @throws CodedError `image-not-found` (404), `registry-denied`, `registry-unreachable`, `bad-registry-answer`.
   */
  get(
    path: string,
    request: { readonly headers?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  ): Promise<HttpAnswer>;
  close(): void;
}

export async function openRegistryClient(
  reference: Pick<ImageReference, 'registry' | 'repository'>,
  options: SourceOptions,
): Promise<RegistryClient> {
  const { registry, repository } = reference;
  const http = await openHttp({
    insecureHttp: options.insecureHttp ?? false,
    stallTimeoutMs: options.network?.stallTimeoutMs ?? 30_000,
    env: options.env,
  });
  const authenticator = openAuthenticator(http, registry, repository, options);
  const host = registry === 'docker.io' ? 'registry-1.docker.io' : registry;
  const label = `${registry}/${repository}`;
  const retry = retryPolicy(options.network);
  const mayBePlain = options.insecureHttp === true || isLoopback(new URL(`https://${host}`).hostname);
  let scheme: 'https' | 'http' = 'https';
  let schemeKnown = !mayBePlain;

  async function send(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const authorization = authenticator.authorization();
    const all = authorization === undefined ? headers : { ...headers, authorization };
    const url = (): URL => new URL(`${scheme}://${host}/v2/${repository}/${path}`);
    try {
      const answer = await http.send(url(), { headers: all, signal });
      schemeKnown = true;
      return answer;
    } catch (error) {
      if (schemeKnown || !isNoTls(error)) throw error;
      scheme = 'http';
      const answer = await http.send(url(), { headers: all, signal });
      schemeKnown = true;
      return answer;
    }
  }

  async function authorized(
    path: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const used = authenticator.authorization();
    const answer = await send(path, headers, signal);
    // A place that the registry sent us to may not ask for the registry's credentials.
    if (answer.status !== 401 || answer.url.host !== host) return answer;
    answer.discard();
    await authenticator.answer(answer.headers['www-authenticate'] ?? '', used, signal);
    return send(path, headers, signal);
  }

  return {
    label,
    retry,
    async get(path, { headers = {}, signal }) {
      for (let tries = 1; ; tries++) {
        let answer: HttpAnswer | undefined;
        let why: string;
        try {
          answer = await authorized(path, headers, signal);
          if (answer.status === 200 || answer.status === 206) return answer;
          if (answer.status !== 429 && answer.status < 500)
            throw await refusal(answer, path, reference, authenticator.problem());
          why = `it answers ${answer.status}`;
          answer.discard();
        } catch (error) {
          if (!isPassing(error)) throw error;
          why = error.message;
        }
        if (tries >= retry.maxTries) throw unreachable(label, why, tries);
        const waitMs = waitBefore(tries, retry, answer?.headers['retry-after']);
        if (waitMs === undefined) throw unreachable(label, `${why} and wants us to wait longer than we would`, tries);
        await pause(waitMs, signal);
      }
    },
    close: () => http.close(),
  };
}

/** A server without TLS answers a TLS greeting with something else, or hangs up. */
function isNoTls(error: unknown): boolean {
  return (
    error instanceof TransferError &&
    error.code !== undefined &&
    /^(?:EPROTO|ECONNRESET|ERR_SSL_(?:WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|TLSV1_ALERT.*))$/.test(error.code)
  );
}

const lastingCodes = /^(?:CERT_|ERR_TLS_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_|ENOTFOUND$|HPE_)/;

function isPassing(error: unknown): error is Error {
  if (error instanceof TokenServiceError) {
    if (error.status === 429 || error.status >= 500) return true;
    throw new CodedError('bad-registry-answer', error.message);
  }
  if (!(error instanceof TransferError)) return false;
  if (error.code === undefined || !lastingCodes.test(error.code)) return true;
  throw new CodedError('registry-unreachable', error.message, { hint: lastingHint(error.code), cause: error });
}

function lastingHint(code: string): string {
  if (code === 'ENOTFOUND') return 'The host is not known: is the reference right?';
  return code.startsWith('HPE_')
    ? 'What answers there does not speak HTTP'
    : 'NODE_EXTRA_CA_CERTS names a file with further certificate authorities';
}

export function unreachable(label: string, why: string, tries: number): CodedError {
  return new CodedError(
    'registry-unreachable',
    `${label} could not be read in ${tries} ${tries === 1 ? 'try' : 'tries'}: ${why}`,
    {
      hint: 'Is the registry up, and reachable from here?',
    },
  );
}

const errorLimitBytes = 64 << 10;

async function refusal(
  answer: HttpAnswer,
  path: string,
  reference: Pick<ImageReference, 'registry' | 'repository'>,
  problem: string | undefined,
): Promise<CodedError> {
  const { registry, repository } = reference;
  const said = await readBody(answer, errorLimitBytes, 'an error').then(firstError, () => '');
  if (answer.status === 401 || answer.status === 403)
    return denied(registry, repository, problem === undefined ? {} : { problem }, `it answers ${answer.status}${said}`);
  const name = path.replace(/^manifests\//, '').replace(/^blobs\//, 'the blob ');
  if (answer.status === 404)
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
