import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError } from '../../../model/index.ts';
import { displayText, type JsonKind, objectField, objectOf, parseJson, textField } from '../../oci/index.ts';
import type { CredentialsAnswer } from './credentials-answer.ts';
import type { SourceOptions } from '../source.ts';

type Where = Pick<SourceOptions, 'env' | 'dockerConfig' | 'signal'>;

const configLimitBytes = 4 << 20;

/**
 * Looks for a registry's credentials where Docker keeps them: config.json's `credHelpers`, `credsStore`, `auths`.
 * @throws CodedError `bad-docker-config`.
 */
export async function findCredentials(registry: string, where: Where): Promise<CredentialsAnswer> {
  const path =
    where.dockerConfig ?? join(where.env['DOCKER_CONFIG'] || join(where.env['HOME'] ?? '', '.docker'), 'config.json');
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (where.dockerConfig === undefined && (code === 'ENOENT' || code === 'ENOTDIR')) return {};
    return { problem: `${path} cannot be read (${String(code)})` };
  }
  const kind: JsonKind = { what: path, code: 'bad-docker-config' };
  if (bytes.length > configLimitBytes)
    throw new CodedError(kind.code, `${path} has ${bytes.length} bytes, more than the limit of ${configLimitBytes}`);
  const config = objectOf(parseJson(bytes, kind), 'it', kind);
  const helpers = objectField(config, 'credHelpers', kind) ?? {};
  const keys =
    registry === 'docker.io'
      ? ['https://index.docker.io/v1/', 'docker.io', 'index.docker.io', 'registry-1.docker.io']
      : [registry];
  const helperKey = keys.find((key) => Object.hasOwn(helpers, key));
  const helper = helperKey === undefined ? textField(config, 'credsStore', kind) : textField(helpers, helperKey, kind);
  if (helper !== undefined && helper !== '') {
    const { askHelper } = await import('./credential-helper.ts');
    const answer = await askHelper(helper, helperKey ?? keys[0]!, where);
    if (answer.credentials !== undefined) return answer;
    return { ...answer, ...fromAuths(config, keys, kind) };
  }
  return fromAuths(config, keys, kind);
}

function fromAuths(
  config: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  kind: JsonKind,
): CredentialsAnswer {
  const auths = objectField(config, 'auths', kind) ?? {};
  const names = Object.keys(auths);
  const name =
    keys.find((key) => Object.hasOwn(auths, key)) ?? names.find((candidate) => keys.includes(hostOf(candidate)));
  const entry = name === undefined ? undefined : objectField(auths, name, kind);
  if (entry === undefined) return {};
  const text = (key: string): string | undefined => textField(entry, key, kind) || undefined;
  const registryToken = text('registrytoken');
  if (registryToken !== undefined) return { credentials: { kind: 'registry-token', token: registryToken } };
  const identityToken = text('identitytoken');
  if (identityToken !== undefined) return { credentials: { kind: 'identity-token', token: identityToken } };
  const pair = text('auth');
  const decoded = pair === undefined ? '' : Buffer.from(pair, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon > 0)
    return {
      credentials: {
        kind: 'password',
        username: decoded.slice(0, colon),
        password: decoded.slice(colon + 1).replace(/\0+$/, ''),
      },
    };
  const username = text('username');
  const password = text('password');
  if (username !== undefined && password !== undefined)
    return { credentials: { kind: 'password', username, password } };
  return pair === undefined
    ? {}
    : { problem: `${kind.what}: "auth" of ${displayText(name!)} is no base64 of name:password` };
}

/** Old clients wrote URLs: `https://host/v1/`. */
function hostOf(key: string): string {
  return key
    .replace(/^https?:\/\//, '')
    .split('/')[0]!
    .toLowerCase();
}
