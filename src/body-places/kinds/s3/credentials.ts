import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { denied } from '../../errors.ts';

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

const hint =
  'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or write them into ~/.aws/credentials (AWS_SHARED_CREDENTIALS_FILE)';

/**
 * What lets us in: a profile of the credentials file where one is named, else the environment, else the file's default profile. Read
 * anew each time, so that keys may be changed while the server runs.
 * @throws CodedError `body-place-denied` where there is none.
 */
export function findCredentials(address: string, profile: string | undefined, env: Env): S3Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (profile === undefined && accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, ...tokenOf(env['AWS_SESSION_TOKEN']) };
  const file = env['AWS_SHARED_CREDENTIALS_FILE'] || join(env['HOME'] || '/root', '.aws/credentials');
  const wanted = profile ?? (env['AWS_PROFILE'] || 'default');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw denied(address, `there are no credentials for it: ${file} could not be read`, hint, cause);
  }
  const found = readProfile(text, wanted);
  const id = found.get('aws_access_key_id');
  const secret = found.get('aws_secret_access_key');
  if (!id || !secret) throw denied(address, `${file} has no credentials in its profile ${wanted}`, hint);
  return { accessKeyId: id, secretAccessKey: secret, ...tokenOf(found.get('aws_session_token')) };
}

function tokenOf(token: string | undefined): Pick<S3Credentials, 'sessionToken'> {
  return token ? { sessionToken: token } : {};
}

/** `[profile]`, then `name = value` lines. */
function readProfile(text: string, profile: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  let isWanted = false;
  for (const raw of text.split('\n')) {
    const line = raw.trim();
    if (line.startsWith('[')) isWanted = line === `[${profile}]`;
    const at = line.indexOf('=');
    if (isWanted && at > 0 && !line.startsWith('#')) values.set(line.slice(0, at).trim(), line.slice(at + 1).trim());
  }
  return values;
}
