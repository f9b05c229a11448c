import { existsSync, readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:http';
import { join } from 'node:path';
import { CodedError } from '../../../model/index.ts';
import { displayText } from '../../oci/index.ts';
import type { SourceOptions } from '../source.ts';
import { currentContext } from './context.ts';

/** What an engine's TLS is checked against, and what proves who we are. */
export interface EngineTls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

/** How an engine is reached. */
export interface EngineAddress {
  /** `the Docker engine at unix:///var/run/docker.sock`: for messages. */
  readonly label: string;
  readonly request: Pick<RequestOptions, 'socketPath' | 'hostname' | 'port' | 'lookup'>;
  /** Undefined for plain connections. */
  readonly tls?: EngineTls;
}

export type EngineWhere = Pick<SourceOptions, 'env' | 'offline' | 'dockerConfig'>;

/**
 * The engine that the docker command would talk to: DOCKER_HOST, else the context that DOCKER_CONTEXT or config.json
 * names, else the first of the usual sockets that exists.
 * @returns undefined where there is none.
 * @throws CodedError `bad-docker-host`, `bad-docker-context`, `bad-docker-certificates`; `offline` for engines elsewhere.
 */
export function findEngine(where: EngineWhere): EngineAddress | undefined {
  const { env } = where;
  const host = env['DOCKER_HOST'] ?? '';
  if (host !== '') return engineAt(host, { from: 'DOCKER_HOST', offline: where.offline, tls: () => tlsOf(env) });
  const context = currentContext(where);
  if (context !== undefined) {
    const { name, skipsVerification } = context;
    return engineAt(context.host, {
      from: `the host of the docker context "${displayText(name)}"`,
      offline: where.offline,
      tls: () =>
        context.tlsFolder === undefined && !skipsVerification
          ? undefined
          : { ...certificates(context.tlsFolder), rejectUnauthorized: !skipsVerification },
    });
  }
  const home = env['HOME'] ?? '';
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  const sockets = [
    '/var/run/docker.sock',
    runtime && join(runtime, 'docker.sock'),
    home && join(home, '.docker/run/docker.sock'),
  ];
  const path = sockets.find((socket) => socket !== '' && existsSync(socket));
  return path === undefined ? undefined : socketAt(path);
}

export interface EngineSettings {
  /** Where the host was named: begins a message. */
  readonly from: string;
  readonly offline: boolean | undefined;
  /** Read only for hosts that are reached over TCP. */
  tls(): EngineTls | undefined;
}

/**
 * The engine at an address as DOCKER_HOST has it. @throws CodedError as `findEngine` does.
 */
export function engineAt(host: string, settings: EngineSettings): EngineAddress {
  if (host.startsWith('unix://')) return socketAt(host.slice('unix://'.length));
  const shown = displayText(host.replace(/\/\/[^/@]*@/, '//'));
  if (host.startsWith('ssh://'))
    throw new CodedError('bad-docker-host', `${settings.from} is "${shown}", and engines are not reached over ssh`, {
      hint: `Forward its socket: ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST, then DOCKER_HOST=unix:///tmp/docker.sock; registry:NAME asks the registry alone`,
      kind: 'usage',
    });
  const text = host.replace(/^tcp:/, 'http:');
  const url = /^https?:\/\//.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined)
    throw new CodedError('bad-docker-host', `${settings.from} is "${shown}"; unix:// and tcp:// are understood`, {
      kind: 'usage',
    });
  const label = `the Docker engine at ${shown}`;
  if (settings.offline && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname))
    throw new CodedError('offline', `${label} is not on this machine, and --offline forbids the network`, {
      kind: 'usage',
    });
  const tls = settings.tls() ?? (url.protocol === 'https:' ? { rejectUnauthorized: true } : undefined);
  const hostname = url.hostname.replace(/^\[|\]$/g, '');
  // URLs leave out what is usual for http and https, and usual for engines is another.
  const named = /^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/.exec(text)?.[1];
  const port = named === undefined ? (tls === undefined ? 2375 : 2376) : Number(named);
  return { label, request: { hostname, port }, ...(tls === undefined ? {} : { tls }) };
}

function socketAt(path: string): EngineAddress {
  return { label: `the Docker engine at unix://${displayText(path)}`, request: { socketPath: path } };
}

/** DOCKER_TLS_VERIFY, and DOCKER_TLS too: docker would take any certificate then, we still look at it. */
function tlsOf(env: SourceOptions['env']): EngineTls | undefined {
  if ((env['DOCKER_TLS_VERIFY'] ?? '') === '' && (env['DOCKER_TLS'] ?? '') === '') return undefined;
  const folder =
    env['DOCKER_CERT_PATH'] || env['DOCKER_CONFIG'] || (env['HOME'] ? join(env['HOME'], '.docker') : undefined);
  return { ...certificates(folder), rejectUnauthorized: true };
}

/** ca.pem alone is trusted where it is there, as docker does. */
function certificates(folder: string | undefined): Pick<EngineTls, 'ca' | 'cert' | 'key'> {
  if (folder === undefined) return {};
  const read = (name: string): Buffer | undefined => {
    const path = join(folder, name);
    try {
      return readFileSync(path);
    } catch (cause) {
      const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
      if (code === 'ENOENT') return undefined;
      throw badCertificates(`${path} cannot be read (${String(code)})`, cause);
    }
  };
  const ca = read('ca.pem');
  const cert = read('cert.pem');
  const key = read('key.pem');
  if ((cert === undefined) !== (key === undefined))
    throw badCertificates(
      `${folder} has ${cert === undefined ? 'key.pem but no cert.pem' : 'cert.pem but no key.pem'}`,
    );
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
}

function badCertificates(message: string, cause?: unknown): CodedError {
  return new CodedError('bad-docker-certificates', message, {
    hint: 'ca.pem, cert.pem and key.pem are looked for where DOCKER_CERT_PATH says, or in the docker context',
    cause,
  });
}
