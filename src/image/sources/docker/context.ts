import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CodedError } from '../../../model/index.ts';
import { displayText, type JsonKind, objectField, objectOf, parseJson, textField } from '../../oci/index.ts';
import type { SourceOptions } from '../source.ts';

/** Where a docker context says that its engine is. */
export interface DockerContext {
  readonly name: string;
  /** As DOCKER_HOST would say it. */
  readonly host: string;
  /** Holds ca.pem, cert.pem and key.pem, as far as the context has them. */
  readonly tlsFolder?: string;
  readonly skipsVerification: boolean;
}

const limitBytes = 4 << 20;

/**
 * The docker context that DOCKER_CONTEXT or config.json's `currentContext` names (docker/cli's context store).
 * @returns undefined for the one called default, which means the usual sockets.
 * @throws CodedError `bad-docker-context`; `bad-docker-config`.
 */
export function currentContext({
  env,
  dockerConfig,
}: Pick<SourceOptions, 'env' | 'dockerConfig'>): DockerContext | undefined {
  const folder = env['DOCKER_CONFIG'] || (env['HOME'] ? join(env['HOME'], '.docker') : undefined);
  const configFile = dockerConfig ?? (folder === undefined ? undefined : join(folder, 'config.json'));
  if (configFile === undefined) return undefined;
  const name = env['DOCKER_CONTEXT'] || configuredName(configFile);
  if (name === undefined || name === '' || name === 'default') return undefined;
  return readContext(join(folder ?? dirname(configFile), 'contexts'), name);
}

function configuredName(file: string): string | undefined {
  const kind: JsonKind = { what: file, code: 'bad-docker-config' };
  const bytes = readIfThere(file);
  return bytes === undefined
    ? undefined
    : textField(objectOf(parseJson(bytes, kind), 'it', kind), 'currentContext', kind);
}

function readContext(store: string, name: string): DockerContext {
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(store, 'meta', id, 'meta.json');
  const kind: JsonKind = { what: file, code: 'bad-docker-context' };
  const hint = 'docker context ls lists those there are; DOCKER_CONTEXT=default means the engine of this machine';
  const bytes = readIfThere(file);
  if (bytes === undefined)
    throw new CodedError('bad-docker-context', `there is no docker context "${displayText(name)}" (${file})`, { hint });
  const endpoints = objectField(objectOf(parseJson(bytes, kind), 'it', kind), 'Endpoints', kind) ?? {};
  const endpoint = objectField(endpoints, 'docker', kind) ?? {};
  const host = textField(endpoint, 'Host', kind) ?? '';
  if (host === '')
    throw new CodedError('bad-docker-context', `the docker context "${displayText(name)}" names no engine`, { hint });
  const tlsFolder = join(store, 'tls', id, 'docker');
  return {
    name,
    host,
    ...(existsSync(tlsFolder) ? { tlsFolder } : {}),
    skipsVerification: endpoint['SkipTLSVerify'] === true,
  };
}

/** A file that cannot be read is none: credentials tell of it where they are missed. */
function readIfThere(file: string): Buffer | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    return undefined;
  }
  if (bytes.length <= limitBytes) return bytes;
  throw new CodedError('bad-docker-config', `${file} has ${bytes.length} bytes, more than the limit of ${limitBytes}`);
}
