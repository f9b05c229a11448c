import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { CodedError } from '../../../model/index.ts';
import type { TrustSettings } from '../../../network/index.ts';

const limits = { files: 64, bytes: 1 << 20 } as const;

/**
 * Reads what Docker keeps for a registry in `certs.d/HOST[:PORT]`: authorities (`*.crt`) to trust beside the usual ones,
 * and what proves who we are (`*.cert` with the `*.key` of the same name). The folders are /etc/docker/certs.d and
 * rootless Docker's ~/.config/docker/certs.d; PLIMSOLL_CERTS_DIR names another instead.
 * @throws CodedError `bad-certificate-folder`.
 */
export function certificateFolder(host: string, env: Readonly<Record<string, string | undefined>>): TrustSettings {
  for (const parent of parents(env)) {
    const folder = join(parent, host);
    const names = list(folder);
    if (names === undefined) continue;
    if (names.length > limits.files) throw bad(folder, `holds more than ${limits.files} files`);
    return trustIn(folder, names, host);
  }
  return {};
}

function parents(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const own = env['PLIMSOLL_CERTS_DIR'] ?? '';
  if (own !== '') return [own];
  const config = env['XDG_CONFIG_HOME'] || (env['HOME'] ? join(env['HOME'], '.config') : '');
  return ['/etc/docker/certs.d', ...(config === '' ? [] : [join(config, 'docker/certs.d')])];
}

function list(folder: string): string[] | undefined {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw bad(folder, `cannot be read (${String(code)})`, cause);
  }
}

function trustIn(folder: string, names: readonly string[], host: string): TrustSettings {
  const authorities = names.filter((name) => name.endsWith('.crt')).map((name) => read(folder, name));
  for (const [index, ca] of authorities.entries())
    check(folder, `${names.filter((name) => name.endsWith('.crt'))[index]} holds no certificate in PEM`, { ca });
  const keyNames = names.filter((name) => name.endsWith('.key'));
  const certName = names.find((name) => name.endsWith('.cert'));
  const keyName = certName?.replace(/\.cert$/, '.key');
  if (keyName !== undefined && !keyNames.includes(keyName)) throw bad(folder, `has ${certName} but no ${keyName}`);
  if (certName === undefined && keyNames[0] !== undefined)
    throw bad(folder, `has ${keyNames[0]} but no ${keyNames[0].replace(/\.key$/, '.cert')}`);
  if (certName === undefined || keyName === undefined) return { authorities };
  const certificate = { cert: read(folder, certName), key: read(folder, keyName) };
  check(folder, `${certName} and ${keyName} are no certificate with its key in PEM`, certificate);
  return { authorities, client: { host, certificate } };
}

function read(folder: string, name: string): string {
  let text: string;
  try {
    text = readFileSync(join(folder, name), 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    throw bad(folder, `has a ${name} that cannot be read (${String(code)})`, cause);
  }
  if (text.length > limits.bytes) throw bad(folder, `has a ${name} of more than ${limits.bytes} bytes`);
  return text;
}

/** OpenSSL decides, before a connection could fail with words that name no file. */
function check(folder: string, why: string, pem: { ca?: string; cert?: string; key?: string }): void {
  // A file without any certificate would pass for an empty list.
  const isPem = Object.values(pem).every((text) => text.includes('-----BEGIN '));
  try {
    if (isPem) return void createSecureContext(pem);
  } catch (cause) {
    throw bad(folder, why, cause);
  }
  throw bad(folder, why);
}

function bad(folder: string, why: string, cause?: unknown): CodedError {
  return new CodedError('bad-certificate-folder', `${folder} ${why}`, {
    hint: 'It holds authorities as *.crt, and for log-in with a certificate NAME.cert with NAME.key, all in PEM',
    cause,
  });
}
