import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestOptions } from 'node:http';
import { join } from 'node:path';
import { CodedError } from '../../../model/index.ts';
import type { SourceOptions } from '../source.ts';

/** How an engine is reached. */
export interface EngineAddress {
  readonly label: string;
  readonly request: RequestOptions & { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer };
  readonly tls: boolean;
}

/**
 * The engine that DOCKER_HOST names, else the first of the usual sockets that exists.
 * @returns undefined where there is none. @throws CodedError `bad-docker-host`; `offline` for engines elsewhere.
 */
export function findEngine(options: Pick<SourceOptions, 'env' | 'offline'>): EngineAddress | undefined {
  const { env } = options;
  const host = env['DOCKER_HOST'];
  if (host !== undefined && host !== '') return engineAt(host, options);
  const home = env['HOME'] ?? '';
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  const sockets = [
    '/var/run/docker.sock',
    runtime && join(runtime, 'docker.sock'),
    home && join(home, '.docker/run/docker.sock'),
  ];
  const path = sockets.find((socket) => socket !== '' && existsSync(socket));
  return path === undefined ? undefined : engineAt(`unix://${path}`, options);
}

function engineAt(host: string, { env, offline }: Pick<SourceOptions, 'env' | 'offline'>): EngineAddress {
  const label = `the Docker engine at ${host}`;
  if (host.startsWith('unix://')) return { label, request: { socketPath: host.slice(7) }, tls: false };
  const url =
    /^(?:tcp|http|https):\/\//.test(host) && URL.canParse(host.replace(/^tcp/, 'http'))
      ? new URL(host.replace(/^tcp/, 'http'))
      : undefined;
  if (url === undefined)
    throw new CodedError('bad-docker-host', `DOCKER_HOST is "${host}"; unix:// and tcp:// are understood`, {
      kind: 'usage',
    });
  if (offline && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname))
    throw new CodedError('offline', `${label} is not on this machine, and --offline forbids the network`, {
      kind: 'usage',
    });
  const tls = url.protocol === 'https:' || (env['DOCKER_TLS_VERIFY'] ?? '') !== '';
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  const request = { hostname, port: url.port === '' ? (tls ? 2376 : 2375) : Number(url.port) };
  return { label, request: tls ? { ...request, ...certificates(env) } : request, tls };
}

function certificates(env: SourceOptions['env']): { ca?: Buffer; cert?: Buffer; key?: Buffer } {
  const folder = env['DOCKER_CERT_PATH'] ?? join(env['HOME'] ?? '', '.docker');
  const read = (name: string): Buffer | undefined =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : undefined;
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}

export interface EngineAnswer {
  readonly status: number;
  readonly body: IncomingMessage;
}

/**
 * Sends one GET to the engine.
 * @param stallTimeoutMs longest silence.
 * @throws CodedError `engine-unreachable`.
 */
export async function askEngine(
  engine: EngineAddress,
  path: string,
  settings: { signal: AbortSignal; stallTimeoutMs: number },
): Promise<EngineAnswer> {
  const http = engine.tls ? await import('node:https') : await import('node:http');
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(settings.signal.aborted ? settings.signal.reason : unreachable(engine, cause));
    const request = http.request(
      {
        ...engine.request,
        path,
        headers: { host: 'docker' },
        agent: false,
        signal: settings.signal,
        timeout: settings.stallTimeoutMs,
      },
      (body) => resolve({ status: body.statusCode ?? 0, body }),
    );
    request.on('timeout', () => request.destroy(new Error(`silent for ${settings.stallTimeoutMs / 1000} s`)));
    request.on('error', fail);
    request.end();
  });
}

function unreachable(engine: EngineAddress, cause: Error): CodedError {
  const code = 'code' in cause ? cause.code : undefined;
  const hint =
    code === 'EACCES'
      ? 'You may not use its socket: join the docker group, or use sudo'
      : 'Is the engine running? DOCKER_HOST names another one';
  return new CodedError('engine-unreachable', `${engine.label} does not answer: ${cause.message}`, { hint, cause });
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
