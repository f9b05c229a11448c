import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CodedError } from '../../../model/index.ts';
import { type AddressGuard, guardOf } from '../../../network/index.ts';
import { at, flagAt, listAt, textAt } from '../../members.ts';
import type { SourceSettings, WatchContext } from '../../source.ts';

/** How a cluster's API is reached. */
export interface ClusterAddress {
  readonly url: URL;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Read anew for each request: the cluster renews what it gives to pods. */
  token(): string | undefined;
  readonly serverName?: string;
  readonly skipsVerification: boolean;
  /** Keeps us from where the server must not ask; absent for what this machine is set up with. */
  readonly guard?: AddressGuard;
}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';
const largestConfigBytes = 1 << 20;

/**
 * `https://HOST:PORT` with the secrets `token`, or `clientCertificate` and `clientKey`, and `ca`; `kubeconfig:FILE` or, with the
 * secret `kubeconfig`, `kubeconfig`, each with `#CONTEXT` if it is not the current one; `in-cluster`.
 * @throws CodedError `bad-source-address`
 */
export async function clusterAddress(settings: SourceSettings, env: WatchContext['env']): Promise<ClusterAddress> {
  if (settings.address === 'in-cluster') return inCluster(env);
  const address = await addressElsewhere(settings);
  const guard = settings.address.startsWith('kubeconfig:') ? undefined : await guardOf(env);
  if (guard === undefined) return address;
  guard.check(address.url.hostname);
  return { ...address, guard };
}

async function addressElsewhere(settings: SourceSettings): Promise<ClusterAddress> {
  const { address, secrets } = settings;
  const [form = '', context] = address.split('#', 2);
  if (form === 'kubeconfig') {
    if (secrets['kubeconfig'] === undefined) throw bad(`${settings.name} has no secret called kubeconfig`);
    // What is handed to us must not make us read files of this machine and send them away.
    return readKubeconfig(secrets['kubeconfig'], { what: 'the kubeconfig', context, folder: undefined });
  }
  if (form.startsWith('kubeconfig:')) {
    const file = form.slice('kubeconfig:'.length);
    return readKubeconfig(readSmall(file), { what: file, context, folder: dirname(resolve(file)) });
  }
  const { token, ca, clientCertificate: cert, clientKey: key } = secrets;
  if ((cert === undefined) !== (key === undefined))
    throw bad(`${settings.name} has a client certificate or its key, but not both`);
  return {
    url: apiUrl(address),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    token: () => token,
    skipsVerification: false,
  };
}

function inCluster(env: WatchContext['env']): ClusterAddress {
  const host = env['KUBERNETES_SERVICE_HOST'];
  if (!host) throw bad('this process does not run in a pod: KUBERNETES_SERVICE_HOST is not set');
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    url: apiUrl(`https://${name}:${env['KUBERNETES_SERVICE_PORT'] || '443'}`),
    ca: readSmall(`${accountFolder}/ca.crt`),
    token: () => readSmall(`${accountFolder}/token`).trim(),
    skipsVerification: false,
  };
}

interface ConfigPlace {
  readonly what: string;
  readonly context: string | undefined;
  /** Where files lie that it names; undefined: it must not name any. */
  readonly folder: string | undefined;
}

async function readKubeconfig(text: string, place: ConfigPlace): Promise<ClusterAddress> {
  const { what } = place;
  if (text.length > largestConfigBytes) throw bad(`${what} is larger than 1 MiB`);
  const { parse } = (await import('yaml')).default;
  let config: unknown;
  try {
    config = parse(text, { maxAliasCount: 100, logLevel: 'silent' });
  } catch (cause) {
    throw bad(`${what} is no YAML: ${(cause as Error).message.split('\n', 1)[0]!}`);
  }
  const contextName = place.context ?? textAt(config, 'current-context');
  const named = (list: string, name: string | undefined, member: string): unknown => {
    const found = listAt(config, [list]).find((each) => textAt(each, 'name') === name);
    if (found === undefined) throw bad(`${what} has no ${member} called ${String(name)}`);
    return at(found, member);
  };
  const context = named('contexts', contextName, 'context');
  const cluster = named('clusters', textAt(context, 'cluster'), 'cluster');
  const user = named('users', textAt(context, 'user'), 'user');
  for (const way of ['exec', 'auth-provider'])
    if (at(user, way) !== undefined)
      throw bad(`${what} logs in by ${way}, which runs programs`, 'give it the token of a service account instead');
  const data = (from: unknown, name: string): string | undefined => {
    const inline = longText(from, `${name}-data`);
    if (inline !== undefined) return Buffer.from(inline, 'base64').toString('utf8');
    const file = textAt(from, name);
    return file === undefined ? undefined : readSmall(fileOf(file, place));
  };
  const [ca, cert, key] = [
    data(cluster, 'certificate-authority'),
    data(user, 'client-certificate'),
    data(user, 'client-key'),
  ];
  const token = longText(user, 'token');
  const tokenFile = textAt(user, 'tokenFile');
  const tokenPath = token === undefined && tokenFile !== undefined ? fileOf(tokenFile, place) : undefined;
  const serverName = textAt(cluster, 'tls-server-name');
  return {
    url: apiUrl(textAt(cluster, 'server') ?? ''),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
    token: () => (tokenPath === undefined ? token : readSmall(tokenPath).trim()),
    skipsVerification: flagAt(cluster, 'insecure-skip-tls-verify') === true,
  };
}

/** Certificates and tokens are longer than other texts may be. */
function longText(value: unknown, name: string): string | undefined {
  const found = at(value, name);
  return typeof found === 'string' ? found : undefined;
}

function fileOf(file: string, { what, folder }: ConfigPlace): string {
  if (folder === undefined)
    throw bad(`${what} names the file ${file}`, 'kubectl config view --flatten puts files into it');
  return resolve(folder, file);
}

function readSmall(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw bad(`${path} can't be read: ${(cause as Error).message}`);
  }
  if (bytes.length > largestConfigBytes) throw bad(`${path} is larger than 1 MiB`);
  return bytes.toString('utf8');
}

export function apiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== 'https:')
    throw bad(
      `"${text.slice(0, 200)}" is no address of a cluster`,
      'it is https://HOST:PORT, kubeconfig:FILE or in-cluster',
    );
  return url;
}

function bad(message: string, hint?: string): CodedError {
  return new CodedError('bad-source-address', message, { kind: 'usage', ...(hint === undefined ? {} : { hint }) });
}
