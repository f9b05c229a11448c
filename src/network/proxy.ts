import { BlockList, isIP } from 'node:net';
import { CodedError } from '../model/index.ts';
import { isLoopback } from './loopback.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that HTTPS_PROXY or HTTP_PROXY names for a URL, unless NO_PROXY takes its host out: the rules of docker and
 * crane (golang.org/x/net/http/httpproxy). This machine is never reached through a proxy.
 * @throws CodedError `bad-proxy` where what would be used is no http or https proxy.
 */
export function proxyFor(url: URL, env: Env): URL | undefined {
  const isSecure = url.protocol === 'https:';
  const [name, value] = firstSet(env, isSecure ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy']);
  if (value === '' || isLoopback(url.hostname)) return undefined;
  if (isTakenOut(url, firstSet(env, ['NO_PROXY', 'no_proxy'])[1])) return undefined;
  const text = value.includes('://') ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy !== undefined && /^https?:$/.test(proxy.protocol) && hasReadableLogIn(proxy)) return proxy;
  // What does not parse may hold a password anywhere, so it is not repeated.
  const said =
    proxy === undefined || /^https?:$/.test(proxy.protocol)
      ? 'is no address, or has a % that begins no %XX'
      : `is a ${proxy.protocol.slice(0, -1)} proxy`;
  throw new CodedError('bad-proxy', `${name} ${said}; http:// and https:// proxies are understood`, {
    hint: 'Write it like http://proxy.example.com:3128, or take hosts out with NO_PROXY',
    kind: 'usage',
  });
}

function hasReadableLogIn({ username, password }: URL): boolean {
  try {
    decodeURIComponent(`${username}${password}`);
    return true;
  } catch {
    return false;
  }
}

/** A proxy as messages may call it: without its credentials. */
export function proxyName(proxy: URL): string {
  return `${proxy.protocol}//${proxy.host}`;
}

function firstSet(env: Env, names: readonly [string, string]): readonly [name: string, value: string] {
  for (const name of names) {
    const value = env[name]?.trim() ?? '';
    if (value !== '') return [name, value];
  }
  return [names[0], ''];
}

/** Whether NO_PROXY covers a host: `*`, names with what lies below them, `.names`, addresses, networks; each with port. */
function isTakenOut(url: URL, list: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry !== '' && covers(entry, host, port));
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (isNetwork(entry)) return isIP(host) !== 0 && contains(entry, host);
  const split = isIP(entry) === 6 ? null : /^(.*):(\d{1,5})$/.exec(entry);
  if (split !== null && split[2] !== port) return false;
  const name = (split?.[1] ?? entry).replace(/^\[|\]$/g, '');
  if (isIP(name) !== 0) return isIP(host) === isIP(name) && contains(`${name}/${isIP(name) === 6 ? 128 : 32}`, host);
  const suffix = name.replace(/^\*(?=\.)/, '');
  if (suffix === '') return false;
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function isNetwork(entry: string): boolean {
  const [address = '', bits = '', ...more] = entry.split('/');
  const family = isIP(address);
  return family !== 0 && more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32);
}

function contains(network: string, host: string): boolean {
  const [address = '', bits = '0'] = network.split('/');
  const list = new BlockList();
  list.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
}
