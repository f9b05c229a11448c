import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { registryPlace } from '../../inventory/index.ts';

/** The engine or registry that an image is to be opened by, as somebody has set it up. */
export interface SourceAccess {
  readonly kind: 'docker' | 'registry';
  readonly address: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * What `plimsoll scan` is to be told in variables so that it asks that source as the source is asked. Secrets go into files of the
 * folder that is given, readable by us alone; whoever gave the folder takes it away.
 */
export function accessVariables(access: SourceAccess, folder: string): Readonly<Record<string, string>> {
  return access.kind === 'docker' ? engineVariables(access, folder) : registryVariables(access, folder);
}

function engineVariables({ address, secrets }: SourceAccess, folder: string): Readonly<Record<string, string>> {
  if (address === 'local') return {};
  if (address.startsWith('context:')) return { DOCKER_HOST: '', DOCKER_CONTEXT: address.slice('context:'.length) };
  const { ca, clientCertificate: cert, clientKey: key } = secrets;
  const files = Object.entries({ ca, cert, key }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  if (files.length === 0) return { DOCKER_HOST: address, DOCKER_TLS_VERIFY: '', DOCKER_TLS: '' };
  const place = path.join(folder, 'engine');
  mkdirSync(place, { mode: 0o700 });
  for (const [name, text] of files) writeFileSync(path.join(place, `${name}.pem`), text, { mode: 0o600 });
  return { DOCKER_HOST: address, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: place };
}

function registryVariables({ address, secrets }: SourceAccess, folder: string): Readonly<Record<string, string>> {
  const { username = '', password, token } = secrets;
  if (token === undefined && password === undefined) return {};
  const logIn =
    token === undefined
      ? { auth: Buffer.from(`${username}:${password}`).toString('base64') }
      : { registrytoken: token };
  const place = path.join(folder, 'registry');
  mkdirSync(place, { mode: 0o700 });
  const config = { auths: { [registryPlace(address).registry]: logIn } };
  writeFileSync(path.join(place, 'config.json'), JSON.stringify(config), { mode: 0o600 });
  return { DOCKER_CONFIG: place };
}
