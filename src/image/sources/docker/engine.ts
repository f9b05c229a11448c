import type { IncomingMessage } from 'node:http';
import { CodedError } from '../../../model/index.ts';
import { failureKind, failureWords, trustHint } from '../../../network/index.ts';
import { displayText } from '../../oci/index.ts';
import type { EngineAddress } from './engine-address.ts';

export interface EngineAnswer {
  readonly status: number;
  readonly body: IncomingMessage;
}

/**
 * Sends one GET to the engine.
 * @param stallTimeoutMs longest silence.
 * @throws CodedError `engine-unreachable`, `engine-untrusted`, `bad-docker-certificates`.
 */
export async function askEngine(
  engine: EngineAddress,
  path: string,
  settings: { signal: AbortSignal; stallTimeoutMs: number },
): Promise<EngineAnswer> {
  const http = engine.tls === undefined ? await import('node:http') : await import('node:https');
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(settings.signal.aborted ? settings.signal.reason : failure(engine, cause));
    const options = {
      ...engine.request,
      ...engine.tls,
      path,
      // A socket has no name; over TCP the name is also what the engine's certificate is held against.
      ...(engine.request.socketPath === undefined ? {} : { headers: { host: 'docker' } }),
      agent: false as const,
      signal: settings.signal,
      timeout: settings.stallTimeoutMs,
    };
    try {
      const request = http.request(options, (body) => resolve({ status: body.statusCode ?? 0, body }));
      request.on('timeout', () => request.destroy(new Error(`silent for ${settings.stallTimeoutMs / 1000} s`)));
      request.on('error', fail);
      request.end();
    } catch (cause) {
      // OpenSSL looks at our certificates before anything is sent.
      fail(cause);
    }
  });
}

function failure(engine: EngineAddress, cause: unknown): CodedError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const why = displayText(failureWords(cause));
  if (engine.tls !== undefined && /^ERR_OSSL_|^ERR_CRYPTO_/.test(code ?? ''))
    return new CodedError(
      'bad-docker-certificates',
      `ca.pem, cert.pem or key.pem for ${engine.label} is none: ${why}`,
      {
        hint: 'They must be PEM files, and cert.pem must be made for key.pem',
        cause,
      },
    );
  if (failureKind(cause) === 'untrusted')
    return new CodedError('engine-untrusted', `${engine.label} is not trusted: ${why}`, {
      hint: trustHint(code, {
        authority: 'as ca.pem into the folder that DOCKER_CERT_PATH names',
        ours: 'cert.pem and key.pem in the folder that DOCKER_CERT_PATH names',
      }),
      cause,
    });
  const hint =
    code === 'EACCES'
      ? 'You may not use its socket: join the docker group, or use sudo'
      : engine.tls === undefined
        ? 'Is the engine running? DOCKER_HOST or docker context use names another one'
        : 'Is the engine running, and does it speak TLS at that port and take our certificate? DOCKER_HOST names another one';
  return new CodedError('engine-unreachable', `${engine.label} does not answer: ${why}`, { hint, cause });
}

/** Reads an answer whole, up to a limit. @throws CodedError `too-large`. */
export async function readAnswer(
  engine: EngineAddress,
  body: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of body) {
    sizeBytes += chunk.length;
    if (sizeBytes > limitBytes)
      throw new CodedError('too-large', `${engine.label} answers with more than ${limitBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
